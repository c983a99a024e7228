/** Model artifacts. */
export {};
