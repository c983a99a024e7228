/** Shows that the engines live; a click opens what it names. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactElement, ReactNode } from 'react';
import type { Severity } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { loopName } from '../../ui/loopName.ts';
import { goTo } from '../../state/place.ts';
import { useSnapshot, useStore } from '../../state/store.ts';
import { useSaid } from '../../ui/said.tsx';
import { SeverityIcon } from '../../ui/status.tsx';

interface FootItemProps {
  readonly severity: Severity;
  readonly title?: string | undefined;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function FootItem({ severity, title, onClick, children }: FootItemProps): ReactElement {
  return (
    <Button color="inherit" title={title} onClick={onClick} startIcon={<SeverityIcon severity={severity} size="inherit" />}
      sx={{ fontSize: '0.75rem', fontWeight: 400, py: 0, minWidth: 44, flexShrink: 1, whiteSpace: 'nowrap', color: 'text.secondary' }}>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{children}</Box>
    </Button>
  );
}

/** Where a loop is at home. */
const homeOf = (loop: string): void => goTo(loop === 'retraining' || loop === 'guardrails' ? { page: 'automode', act: null } : { page: 'settings' });

function Loops(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { loops } = useSnapshot();
  const say = useSaid();
  return (
    <>
      {loops.map((loop) => (
        <FootItem key={loop.name} severity={loop.severity} title={loop.detail === null ? undefined : say({ text: loop.detail, notes: loop.detail_notes })} onClick={() => homeOf(loop.name)}>
          {loopName(t, loop.name)} · {loop.next_at === null ? t(`words.severity.${loop.severity}`) : <span title={format.utc(loop.next_at)}>{t('shell.next_at', { at: format.clock(Date.parse(loop.next_at)) })}</span>}
        </FootItem>
      ))}
    </>
  );
}

function JournalItem(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { verification } = useSnapshot();
  const severity: Severity = verification === null ? 'unknown' : verification.status === 'broken' ? 'blocked' : 'ok';
  return (
    <FootItem severity={severity} title={verification === null ? undefined : format.utc(verification.verified_at)} onClick={() => goTo({ page: 'journal', seq: null, filter: {} })}>
      {verification === null ? t('shell.journal.unknown') : `${t(`shell.journal.${verification.status}`)} ${format.clock(Date.parse(verification.verified_at))} UTC`}
    </FootItem>
  );
}

export function FootLine(): ReactElement {
  const t = useText();
  const { key, plans_waiting } = useSnapshot();
  const say = useSaid();
  const lost = useStore((state) => state.lost);
  return (
    <Box component="footer" sx={{ gridColumn: '1 / 3', display: 'flex', alignItems: 'center', gap: 0.5, px: 1, height: 32, bgcolor: 'background.paper', borderTop: 1, borderColor: 'divider', overflow: 'hidden' }}>
      {lost ? <FootItem severity="unknown" onClick={() => window.location.reload()}>{t('shell.lost.foot')}</FootItem> : <Loops />}
      <Box sx={{ flex: 1 }} />
      {key.warning === null ? null : <FootItem severity="attention" title={say({ text: key.warning, notes: key.warning_notes })} onClick={() => goTo({ page: 'settings' })}>{t('shell.key_warning')}</FootItem>}
      <FootItem severity={plans_waiting > 0 ? 'attention' : 'ok'} onClick={() => goTo({ page: 'approvals', plan: null })}>{t('shell.plans_waiting', { count: plans_waiting })}</FootItem>
      <JournalItem />
    </Box>
  );
}
