/** Shows that the engines live; a click opens what it names. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { ReactElement, ReactNode } from 'react';
import type { Severity } from '#contract';
import { noBreak, type Format } from '../../format/index.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { loopName } from '../../ui/loopName.ts';
import { goTo } from '../../state/place.ts';
import { useSnapshot, useStore } from '../../state/store.ts';
import { useSaid } from '../../ui/said.tsx';
import { SeverityIcon } from '../../ui/status.tsx';

/** Words that a narrow window goes without: the icon says the same, and the hint has the whole sentence. */
const Spare = ({ children }: { readonly children: ReactNode }): ReactElement => <Box component="span" sx={{ '@media (max-width: 1240px)': { display: 'none' } }}>{children}</Box>;

interface FootItemProps {
  readonly severity: Severity;
  /** All that the item has to say, also where there is room for a part of it only. */
  readonly title: string;
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

const clock = (format: Format, at: string): string => `${format.clock(Date.parse(at))}${noBreak}UTC`;

/** Where a loop is at home. */
const homeOf = (loop: string): void => goTo(loop === 'retraining' || loop === 'guardrails' ? { page: 'automode', act: null } : { page: 'settings' });

function Loops(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { loops } = useSnapshot();
  const say = useSaid();
  return (
    <>
      {loops.map((loop) => {
        const { severity, next_at: next } = loop;
        const name = loopName(t, loop.name);
        const word = t(`words.severity.${severity}`);
        const detail = loop.detail === null ? '' : say({ text: loop.detail, notes: loop.detail_notes });
        const title = [name, word, ...(detail === '' ? [] : [detail]), ...(next === null ? [] : [`${t('shell.next_at')} ${format.utc(next)}`])].join(' · ');
        return (
          <FootItem key={loop.name} severity={severity} title={title} onClick={() => homeOf(loop.name)}>
            {next !== null ? <>{name}<Spare> · {t('shell.next_at')}</Spare> {clock(format, next)}</> : severity === 'ok' ? <>{name}<Spare> · {word}</Spare></> : `${name} · ${word}`}
          </FootItem>
        );
      })}
    </>
  );
}

function JournalItem(): ReactElement {
  const t = useText();
  const format = useFormat();
  const { verification } = useSnapshot();
  const severity: Severity = verification === null ? 'unknown' : verification.status === 'broken' ? 'blocked' : 'ok';
  const name = t('shell.loops.journal');
  const word = t(verification === null ? 'shell.journal.unknown' : `shell.journal.${verification.status}`);
  const title = [`${name} ${word}`, ...(verification === null ? [] : [format.utc(verification.verified_at)])].join(' · ');
  return (
    <FootItem severity={severity} title={title} onClick={() => goTo({ page: 'journal', seq: null, filter: {} })}>
      {name} {severity === 'ok' ? <Spare>{word} </Spare> : `${word} `}{verification === null ? null : clock(format, verification.verified_at)}
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
      {lost ? <FootItem severity="unknown" title={t('shell.lost.foot')} onClick={() => window.location.reload()}>{t('shell.lost.foot')}</FootItem> : <Loops />}
      <Box sx={{ flex: 1 }} />
      {key.warning === null ? null : <FootItem severity="attention" title={say({ text: key.warning, notes: key.warning_notes }) || t('shell.key_warning')} onClick={() => goTo({ page: 'settings' })}>{t('shell.key_warning')}</FootItem>}
      <FootItem severity={plans_waiting > 0 ? 'attention' : 'ok'} title={t('shell.plans_waiting', { count: plans_waiting })} onClick={() => goTo({ page: 'approvals', plan: null })}>{t('shell.plans_waiting', { count: plans_waiting })}</FootItem>
      <JournalItem />
    </Box>
  );
}
