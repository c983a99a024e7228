/** The log of a job as it grows: each question goes on where the last answer ended, every second while it is written to. */
import Close from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { ConsoleErrorBody, ConsoleTransport } from '#contract';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { useSnapshot, useTransport } from '../../state/store.ts';
import { useIntoView } from '../../ui/intoView.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { monospace } from '../../ui/theme.ts';
import { CliLine, CopyButton, Mono } from '../../ui/values.tsx';
import { useRuns } from './runs.ts';

interface Tail {
  readonly path: string | null;
  readonly offset: number;
  readonly size: number;
  readonly lines: readonly string[];
  readonly error: ConsoleErrorBody | null;
  readonly asked: boolean;
}

const empty: Tail = { path: null, offset: 0, size: 0, lines: [], error: null, asked: false };
/** Older lines leave; the file keeps them. */
const most = 2000;
const pace = { running: 1000, idle: 3000 } as const;

/** A new day has a new file: without news in the known one, the newest file is asked for. */
async function next(transport: ConsoleTransport, job: string, tail: Tail): Promise<Tail> {
  const fresh = tail.path === null;
  const answer = await transport.call('retraining.log', fresh ? { job, lines: 400 } : { job, lines: 1000, file: tail.path ?? '', offset: tail.offset });
  if (!answer.ok) return { ...tail, error: answer.error, asked: true };
  const { path, next_offset, size, lines } = answer.value;
  if (!fresh && lines.length === 0) {
    const newest = await transport.call('retraining.log', { job, lines: 400 });
    if (newest.ok && newest.value.path !== null && newest.value.path !== tail.path) return { path: newest.value.path, offset: newest.value.next_offset, size: newest.value.size, lines: newest.value.lines, error: null, asked: true };
  }
  return { path, offset: next_offset, size, lines: fresh ? lines : [...tail.lines, ...lines].slice(-most), error: null, asked: true };
}

function useTail(job: string): Tail {
  const transport = useTransport();
  const running = useRuns((runs) => runs[job]?.busy === true);
  const [tail, setTail] = useState(empty);
  const held = useRef(empty);
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const turn = async (): Promise<void> => {
      const answer = await next(transport, job, held.current);
      if (ended) return;
      held.current = answer;
      setTail(answer);
      timer = setTimeout(() => void turn(), running ? pace.running : pace.idle);
    };
    void turn();
    return () => {
      ended = true;
      if (timer !== null) clearTimeout(timer);
    };
  }, [transport, job, running]);
  return tail;
}

export function JobLog({ job, onClose }: { readonly job: string; readonly onClose: () => void }): ReactElement {
  const t = useText();
  const format = useFormat();
  const { workspace } = useSnapshot();
  const tail = useTail(job);
  const box = useRef<HTMLDivElement>(null);
  // Whoever has scrolled up reads; the end is followed only by those who are at it.
  const atEnd = useRef(true);
  const { lines } = tail;
  useEffect(() => {
    if (lines.length > 0 && box.current !== null && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  const title = t('models.jobs.log_of', { job });
  const section = useIntoView<HTMLElement>(tail.asked);
  return (
    <Box ref={section} component="section" aria-label={title} sx={{ mt: 1.5, border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'background.paper' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 1.5, py: 0.5, borderBottom: 1, borderColor: 'divider' }}>
        <Typography variant="h3" component="h3" sx={{ flex: 1 }}>{title}</Typography>
        {tail.path === null ? null : <Typography variant="caption" color="text.secondary"><Mono>{tail.path}</Mono> · {format.bytes(tail.size)}</Typography>}
        <CopyButton text={tail.lines.join('\n')} label={t('models.jobs.log_copy')} />
        <IconButton size="small" aria-label={t('shell.close')} onClick={onClose}><Close fontSize="small" /></IconButton>
      </Box>
      {tail.error === null ? null : <ErrorNotice error={tail.error} />}
      <Box
        ref={box} component="div" role="log" tabIndex={0} aria-label={title}
        onScroll={(event) => { const { scrollTop, scrollHeight, clientHeight } = event.currentTarget; atEnd.current = scrollHeight - scrollTop - clientHeight < 24; }}
        sx={{ maxHeight: 280, minHeight: 60, overflow: 'auto', p: 1.5, fontFamily: monospace, fontSize: '0.75rem', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {tail.lines.length > 0 ? tail.lines.join('\n') : t(tail.asked ? 'models.jobs.log_empty' : 'shell.loading')}
      </Box>
      <Box sx={{ px: 1.5, pb: 1 }}><CliLine line={cliLine('retraining.log', { job }, { workspace: workspace.path })} /></Box>
    </Box>
  );
}
