/** Values with their second reading: an instant with its UTC form, text that can be copied, a size with its bytes. */
import Check from '@mui/icons-material/Check';
import ContentCopy from '@mui/icons-material/ContentCopy';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { Children, useState, type ReactElement, type ReactNode } from 'react';
import { noBreak } from '../format/index.ts';
import { shownName } from '../format/names.ts';
import { useFormat, useText } from '../i18n/index.ts';
import { useNow } from '../state/useOperation.ts';
import { monospace } from './theme.ts';

const oneLine = { whiteSpace: 'nowrap' } as const;
const anyLines = {} as const;

/** Stands on one line; with `breaks`, for narrow columns, date and time may stand below each other. */
export function Instant({ value, breaks = false }: { readonly value: string | number; readonly breaks?: boolean }): ReactElement {
  const format = useFormat();
  return <time style={breaks ? anyLines : oneLine} dateTime={String(value)} title={format.utc(value)}>{format.instant(value)}</time>;
}

export function Ago({ value }: { readonly value: string | number }): ReactElement {
  const format = useFormat();
  const now = useNow(15_000);
  return <time dateTime={String(value)} title={`${format.instant(value)} · ${format.utc(value)}`}>{format.ago(value, now)}</time>;
}

export function Bytes({ value }: { readonly value: number }): ReactElement {
  const format = useFormat();
  return <span style={oneLine} title={`${format.number(value)}${noBreak}B`}>{format.bytes(value)}</span>;
}

/** Copies through the clipboard; where the page may not, the text stays selectable beside the button. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactElement {
  const t = useText();
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('idle'), 2000);
  };
  const title = state === 'copied' ? t('shell.copied') : state === 'failed' ? t('shell.copy_failed') : label;
  return (
    <Tooltip title={title}>
      <IconButton size="small" aria-label={title} onClick={() => void copy()}>
        {state === 'copied' ? <Check fontSize="inherit" color="success" /> : <ContentCopy fontSize="inherit" />}
      </IconButton>
    </Tooltip>
  );
}

export function CliLine({ line }: { readonly line: string }): ReactElement {
  const t = useText();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0 }} role="group" aria-label={t('shell.cli_line')}>
      <Typography variant="caption" color="text.secondary" sx={{ flexShrink: 0 }}>{t('shell.cli_line')}</Typography>
      <Box
        component="code"
        tabIndex={0}
        sx={{ fontFamily: monospace, fontSize: '0.78rem', overflowX: 'auto', whiteSpace: 'nowrap', px: 1, py: 0.5, borderRadius: 1, bgcolor: 'action.hover', minWidth: 0 }}
      >
        {line}
      </Box>
      <CopyButton text={line} label={t('shell.copy_cli')} />
    </Box>
  );
}

/** Paths and other exact text, with what cannot be seen in it shown. */
export function Mono({ children }: { readonly children: ReactNode }): ReactElement {
  return <Box component="span" sx={{ fontFamily: monospace, fontSize: '0.85em', overflowWrap: 'anywhere' }}>{Children.map(children, (child) => (typeof child === 'string' ? shownName(child) : child))}</Box>;
}

/** A row of "name: value" facts. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }): ReactElement {
  return (
    <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'fit-content(60%) minmax(0, 1fr)', columnGap: 2, rowGap: 0.5, m: 0 }}>
      {rows.map(([name, value]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <Typography component="dt" variant="body2" color="text.secondary">{name}</Typography>
          <Typography component="dd" variant="body2" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>{value}</Typography>
        </Box>
      ))}
    </Box>
  );
}
