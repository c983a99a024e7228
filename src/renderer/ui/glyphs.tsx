/**
 * The same signs as elsewhere as bare SVG with a class: a table draws dozens of them with every letter of a filter, and
 * styled components would take most of that time. The table's own style gives them colour and size.
 */
import type { ReactElement } from 'react';
import type { Severity } from '#contract';

const outlines: Readonly<Record<Severity | 'bin', string>> = {
  ok: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 12l3 3l5.5-6',
  attention: 'M12 4L2.5 20h19zM12 10v5M12 17v1.2',
  blocked: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M5.7 5.7l12.6 12.6',
  unknown: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16v1.2',
  bin: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7',
};

/** `size` in pixels; the line takes the colour of the text around it. */
export function Glyph({ sign, size = 18 }: { readonly sign: keyof typeof outlines; readonly size?: number }): ReactElement {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={outlines[sign]} />
    </svg>
  );
}

export function PlainMark({ severity, label, title }: { readonly severity: Severity; readonly label: string; readonly title?: string | undefined }): ReactElement {
  return <span className={`mark mark-${severity}`} title={title}><Glyph sign={severity} size={16} />{label}</span>;
}

/** What the container of such marks and small buttons needs. */
export const plainMarkStyle = {
  '& .mark': { display: 'inline-flex', alignItems: 'center', gap: '4px', height: 24, px: '8px', border: 1, borderRadius: '12px', fontSize: '0.8125rem', lineHeight: 1, verticalAlign: 'middle' },
  '& .mark-ok': { color: 'success.main' },
  '& .mark-attention': { color: 'warning.main' },
  '& .mark-blocked, & .mark-unknown': { color: 'error.main' },
  '& .row-act': {
    display: 'inline-flex', alignItems: 'center', justifyContent: 'center', width: 32, height: 32, p: 0, border: 0, borderRadius: '50%',
    bgcolor: 'transparent', color: 'text.secondary', cursor: 'pointer', verticalAlign: 'middle',
    '&:hover': { bgcolor: 'action.hover' }, '&:disabled': { color: 'text.disabled', cursor: 'default', bgcolor: 'transparent' },
  },
} as const;
