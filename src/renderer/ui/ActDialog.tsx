/**
 * The dialog for an act that needs no plan: what it does, what it asks for, the command line that does the same, and what
 * came of it. The focus starts on the safe choice, and Enter in a field never acts.
 */
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { ConsoleErrorBody, OperationInput, OperationName, OperationOutput, Progress } from '#contract';
import { cliLine } from '../format/cliLine.ts';
import type { Format } from '../format/index.ts';
import { wordOf } from '../i18n/facts.ts';
import { useFormat, useText, type Text } from '../i18n/index.ts';
import { useFromSnapshot, useTransport } from '../state/store.ts';
import { ErrorNotice } from './notices.tsx';
import { CliLine } from './values.tsx';
import { WorkBar } from './WorkBar.tsx';

interface ActDialogProps<N extends OperationName> {
  readonly operation: N;
  /** Null while something that it asks for is missing. */
  readonly input: OperationInput<N> | null;
  /** What the command line shows while the input is incomplete. */
  readonly draft: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly text: ReactNode;
  /** The act and its object, for example "Pause AutoMode". */
  readonly button: string;
  readonly dangerous?: boolean;
  /** Can be stopped and reports progress. */
  readonly long?: boolean;
  readonly onClose: () => void;
  /** What came of it, for people; null closes the dialog at once. */
  readonly result?: (output: OperationOutput<N>) => ReactNode;
  readonly onDone?: (output: OperationOutput<N>) => void;
  readonly children?: ReactNode;
}

interface Work<T> {
  readonly busy: boolean;
  readonly progress: Progress | null;
  readonly error: ConsoleErrorBody | null;
  readonly output: T | null;
}

function progressText(t: Text, format: Format, progress: Progress | null): string {
  if (progress === null) return '';
  const done = format.number(progress.done);
  return [wordOf(t, ['models.phase'], progress.phase), progress.total === null ? done : `${done} / ${format.number(progress.total)}`, progress.item ?? ''].filter((part) => part !== '').join(' · ');
}

export function ActDialog<N extends OperationName>(props: ActDialogProps<N>): ReactElement {
  const t = useText();
  const format = useFormat();
  const transport = useTransport();
  const workspace = useFromSnapshot((snapshot) => snapshot.workspace.path);
  const titleId = useId();
  const [work, setWork] = useState<Work<OperationOutput<N>>>({ busy: false, progress: null, error: null, output: null });
  const controller = useRef<AbortController | null>(null);
  // The button that had the focus goes, or was out of use meanwhile; without this the keyboard would be lost in the page below.
  const leaveButton = useRef<HTMLButtonElement>(null);
  const done = work.output !== null;
  const ended = done || work.error !== null;
  useEffect(() => {
    if (ended) leaveButton.current?.focus();
  }, [ended]);

  const act = async (): Promise<void> => {
    if (props.input === null) return;
    const own = new AbortController();
    controller.current = own;
    setWork({ busy: true, progress: null, error: null, output: null });
    const answer = await transport.call(props.operation, props.input, { signal: own.signal, onProgress: (progress) => setWork((old) => ({ ...old, progress })) });
    if (!answer.ok) {
      setWork({ busy: false, progress: null, error: answer.error, output: null });
      return;
    }
    props.onDone?.(answer.value);
    if (props.result === undefined) props.onClose();
    else setWork({ busy: false, progress: null, error: null, output: answer.value });
  };

  return (
    <Dialog open onClose={() => { if (!work.busy) props.onClose(); }} fullWidth maxWidth="sm" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{props.title}</DialogTitle>
      <DialogContent dividers sx={{ display: 'flex', flexDirection: 'column', gap: 2 }}>
        <Typography variant="body2" component="div">{props.text}</Typography>
        {done ? null : props.children}
        {work.busy && props.long === true ? (
          <div role="status">
            <WorkBar label={props.button} progress={work.progress} />
            <Typography variant="caption" color="text.secondary">{progressText(t, format, work.progress)}</Typography>
          </div>
        ) : null}
        {work.error === null ? null : <ErrorNotice error={work.error} />}
        {work.output === null ? null : <div role="status">{props.result?.(work.output)}</div>}
        <CliLine line={cliLine(props.operation, props.draft, { workspace })} />
      </DialogContent>
      <DialogActions>
        <Button ref={leaveButton} variant="outlined" autoFocus disabled={work.busy} onClick={props.onClose}>{done ? t('shell.close') : t('plans.button.leave')}</Button>
        {work.busy && props.long === true ? <Button onClick={() => controller.current?.abort()}>{t('plans.progress.stop')}</Button> : null}
        {done ? null : <Button variant="contained" color={props.dangerous === true ? 'error' : 'primary'} disabled={work.busy || props.input === null} onClick={() => void act()}>{props.button}</Button>}
      </DialogActions>
    </Dialog>
  );
}
