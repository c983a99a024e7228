/** Putting an entry back. Nothing that stands in its place is overwritten without a decision for it. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useId, useRef, useState, type ReactElement } from 'react';
import type { ConsoleErrorBody, OperationOutput, Progress } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { useTransport } from '../../state/store.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Said } from '../../ui/said.tsx';
import { WorkBar } from '../../ui/WorkBar.tsx';
import { Mono } from '../../ui/values.tsx';

const choices = ['ask', 'keep_both', 'skip', 'replace'] as const;
type Choice = (typeof choices)[number];
type Outcome = OperationOutput<'trash.restore'>;

interface Work {
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: ConsoleErrorBody | null;
  readonly outcome: Outcome | null;
}

function useRestore(id: string): { readonly work: Work; readonly restore: (choice: Choice) => void; readonly stop: () => void } {
  const transport = useTransport();
  const [work, setWork] = useState<Work>({ busy: false, progress: null, error: null, outcome: null });
  const controller = useRef<AbortController | null>(null);
  const restore = async (choice: Choice): Promise<void> => {
    const own = new AbortController();
    controller.current = own;
    setWork({ busy: true, progress: null, error: null, outcome: null });
    const result = await transport.call('trash.restore', { id, on_conflict: choice }, { signal: own.signal, onProgress: (progress) => setWork((old) => ({ ...old, progress })) });
    setWork({ busy: false, progress: null, error: result.ok ? null : result.error, outcome: result.ok ? result.value : null });
  };
  return { work, restore: (choice) => void restore(choice), stop: () => controller.current?.abort() };
}

/** The paths of a conflict, however the engine names them in its details. */
function conflictsOf(error: ConsoleErrorBody | null): readonly string[] {
  const list = error?.code === 'CONFLICT' ? error.details['conflicts'] : null;
  if (!Array.isArray(list)) return [];
  return list.flatMap((one: unknown) => {
    if (typeof one === 'string') return [one];
    return typeof one === 'object' && one !== null && 'path' in one && typeof one.path === 'string' ? [one.path] : [];
  });
}

function Result({ outcome }: { readonly outcome: Outcome }): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <Alert severity={outcome.status === 'completed' ? 'success' : 'warning'} variant="outlined" role="status">
      <Typography variant="body2">{t(`words.restore_status.${outcome.status}`)} · {t('trash.restored', { count: outcome.restored })} · {format.bytes(outcome.bytes)}{outcome.skipped > 0 ? ` · ${t('plans.result.skipped', { count: outcome.skipped })}` : ''}{outcome.failed > 0 ? ` · ${t('plans.result.failed', { count: outcome.failed })}` : ''}</Typography>
      {outcome.conflicts.map((one) => <Typography key={one.path} variant="caption" component="div"><Mono>{one.path}</Mono>{one.kept_as === null ? '' : <> → <Mono>{one.kept_as}</Mono></>} {one.error === null ? null : <Said text={one.error} notes={one.notes} />}</Typography>)}
      {outcome.evidence.map((path) => <Typography key={path} variant="caption" component="div">{t('plans.result.evidence')}: <Mono>{path}</Mono></Typography>)}
    </Alert>
  );
}

export function RestoreDialog({ id, onClose }: { readonly id: string; readonly onClose: (emptied: boolean) => void }): ReactElement {
  const t = useText();
  const titleId = useId();
  const labelId = useId();
  const [choice, setChoice] = useState<Choice>('ask');
  const { work, restore, stop } = useRestore(id);
  const conflicts = conflictsOf(work.error);
  const done = work.outcome !== null;
  const leave = (): void => onClose(work.outcome?.status === 'completed' && work.outcome.skipped === 0);
  return (
    <Dialog open onClose={() => { if (!work.busy) leave(); }} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('trash.restore_title')}</DialogTitle>
      <DialogContent dividers sx={{ display: 'flex', flexDirection: 'column', gap: 1.5 }}>
        <Typography variant="body2">{t('trash.restore_text')}</Typography>
        {done ? null : (
          <FormControl disabled={work.busy}>
            <FormLabel id={labelId}>{t('trash.on_conflict')}</FormLabel>
            <RadioGroup aria-labelledby={labelId} value={choice} onChange={(event) => setChoice(choices.find((one) => one === event.target.value) ?? 'ask')}>
              {choices.map((one) => <FormControlLabel key={one} value={one} control={<Radio size="small" />} label={t(`words.on_conflict.${one}`)} />)}
            </RadioGroup>
          </FormControl>
        )}
        {work.busy ? <WorkBar label={t('trash.restoring')} progress={work.progress} /> : null}
        {work.error === null ? null : <ErrorNotice error={work.error} />}
        {conflicts.length === 0 ? null : <Box component="ul" sx={{ m: 0, pl: 2 }} aria-label={t('trash.conflicts')}>{conflicts.map((path) => <li key={path}><Mono>{path}</Mono></li>)}</Box>}
        {work.outcome === null ? null : <Result outcome={work.outcome} />}
      </DialogContent>
      <DialogActions>
        <Button variant="outlined" autoFocus disabled={work.busy} onClick={leave}>{done ? t('shell.close') : t('plans.button.leave')}</Button>
        {work.busy ? <Button onClick={stop}>{t('plans.progress.stop')}</Button> : null}
        {done ? null : <Button variant="contained" disabled={work.busy} onClick={() => restore(choice)}>{t('trash.restore')}</Button>}
      </DialogActions>
    </Dialog>
  );
}
