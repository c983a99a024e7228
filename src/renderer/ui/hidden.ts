/** Present for people who listen, not for those who look. */
export const visuallyHidden = {
  position: 'absolute', width: '1px', height: '1px', m: '-1px', p: 0, overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap', border: 0,
} as const;
