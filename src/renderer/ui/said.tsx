/** Texts that engines made: translated by their codes; the engine's own English words only in English, or when asked for. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { Note } from '#contract';
import { useFormat, useText } from '../i18n/index.ts';
import { notesLine } from '../i18n/notes.ts';

/** The engine's own words. In another language they wait behind a click. */
export function Technical({ text }: { readonly text: string }): ReactElement {
  const t = useText();
  const { language } = useFormat();
  const words = <Typography variant="caption" component="span" color="text.secondary" lang="en" sx={{ display: 'block', overflowWrap: 'anywhere' }}>{text}</Typography>;
  if (language === 'en') return words;
  return (
    <Box component="details" sx={{ mt: 0.5 }}>
      <Typography component="summary" variant="caption" color="text.secondary" sx={{ cursor: 'pointer' }}>{t('errors.technical')}</Typography>
      {words}
    </Box>
  );
}

export interface SaidProps {
  /** The engine's English. */
  readonly text: string;
  readonly notes: readonly Note[] | undefined;
}

/**
 * One string for places that hold no more, for example a hint; empty where there is no translation. English has its own
 * words for codes too, and falls back on the engine's.
 */
export function useSaid(): (said: SaidProps) => string {
  const t = useText();
  const { language } = useFormat();
  return ({ text, notes }) => notesLine(t, notes) ?? (language === 'en' ? text : '');
}

export function Said({ text, notes }: SaidProps): ReactElement {
  const said = useSaid()({ text, notes });
  return said === '' ? <Technical text={text} /> : <>{said}</>;
}
