/** Names of elements that more than one part of the window looks for. */
export const filterFieldId = 'filter-query';
