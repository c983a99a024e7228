/** What is shown when something is missing or went wrong: what happened, what was not changed, what to do. */
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { ReactElement, ReactNode } from 'react';
import type { ConsoleErrorBody } from '#contract';
import { useText } from '../i18n/index.ts';
import { factsOf, noteLine, notesOf } from '../i18n/notes.ts';
import { Technical } from './said.tsx';
import { Mono } from './values.tsx';

interface ErrorNoticeProps {
  readonly error: ConsoleErrorBody;
  readonly onRetry?: (() => void) | undefined;
}

export function ErrorNotice({ error, onRetry }: ErrorNoticeProps): ReactElement {
  const t = useText();
  return (
    <Alert
      severity={error.code === 'CANCELLED' ? 'warning' : 'error'}
      variant="outlined"
      action={onRetry === undefined ? undefined : <Button color="inherit" onClick={onRetry}>{t('shell.try_again')}</Button>}
    >
      <AlertTitle>{t(`errors.${error.code}.title`)}</AlertTitle>
      <Typography variant="body2">{t(`errors.${error.code}.remedy`)}</Typography>
      {notesOf(error.details).map((one) => noteLine(t, one)).map((line) => (line === null ? null : <Typography key={line} variant="body2">{line}</Typography>))}
      {factsOf(t, error.details).map(([name, value]) => <Typography key={name} variant="body2">{name}: <Mono>{value}</Mono></Typography>)}
      <Technical text={`${error.code} · ${error.message} ${error.remedy}`} />
    </Alert>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly hint: string;
  readonly children?: ReactNode;
}

export function Empty({ title, hint, children }: EmptyProps): ReactElement {
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center', justifyContent: 'center', gap: 1, p: 4, height: '100%', textAlign: 'center' }}>
      <Typography variant="subtitle1" component="p">{title}</Typography>
      <Typography variant="body2" color="text.secondary" sx={{ maxWidth: 520 }}>{hint}</Typography>
      {children}
    </Box>
  );
}
