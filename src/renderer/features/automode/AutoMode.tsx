/** AutoMode: whether the decision loop runs by itself, what holds it up, what its guardrails say, and who has to sign. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useEffect, type ReactElement } from 'react';
import type { AutomodeStatus } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import type { AutomodeAct } from '../../state/address.ts';
import { goTo, usePlace } from '../../state/place.ts';
import { mayDo } from '../../state/rights.ts';
import { useFromSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Act } from './acts.tsx';
import { Alerts } from './Alerts.tsx';
import { Card } from './Card.tsx';
import { Events } from './Events.tsx';
import { Guardrails } from './Guardrails.tsx';
import { Shares } from './Shares.tsx';
import { SignOffs } from './SignOffs.tsx';
import { StateCard } from './StateCard.tsx';

/** Signals grow old without an event that says so. */
const lookAgainMs = 5_000;
const events = ['automode.changed', 'retraining.changed', 'models.changed', 'signoffs.changed', 'automode.progress'] as const;

function Line({ status }: { readonly status: AutomodeStatus }): ReactElement {
  const t = useText();
  const format = useFormat();
  const [first] = status.next.flatMap(({ job, at }) => (at === null ? [] : [{ job, at }])).toSorted((a, b) => a.at.localeCompare(b.at));
  return (
    <>
      {t(`automode.state.${status.automation.state}`)} · {t(`automode.guardrail_line.${status.guardrail.state}`)}
      {first === undefined || status.automation.state !== 'on' ? '' : ` · ${t('automode.next_line', { job: first.job, at: format.instant(first.at) })}`}
      {' · '}{t('automode.alert_count', { count: status.alerts.length })}
    </>
  );
}

export function AutoMode(): ReactElement {
  const t = useText();
  const role = useFromSnapshot((snapshot) => snapshot.role);
  const readOnly = useFromSnapshot((snapshot) => snapshot.workspace.read_only !== null);
  const place = usePlace();
  const act = place.page === 'automode' ? place.act : null;
  const setAct = (next: AutomodeAct | null): void => goTo({ page: 'automode', act: next }, 'replace');
  const answer = useOperation('automode.status', {}, events);
  const { reload } = answer;
  useEffect(() => {
    const timer = setInterval(reload, lookAgainMs);
    return () => clearInterval(timer);
  }, [reload]);
  const status = answer.data;
  const mayAct = (name: AutomodeAct): boolean => !readOnly && mayDo(role, `automode.${name}`);
  const primary: AutomodeAct = (status?.automation.pause ?? null) === null ? 'pause' : 'resume';
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <PageHead
        title={t('shell.pages.automode')}
        state={status === null ? t('automode.unknown') : <Line status={status} />}
        actions={<Button variant="contained" disabled={status === null || !mayAct(primary)} onClick={() => setAct(primary)}>{t(`automode.act.${primary}`)}</Button>}
      />
      <Box sx={{ px: 2, pb: 2, display: 'flex', flexDirection: 'column', gap: 2 }}>
        {answer.error === null ? null : <ErrorNotice error={answer.error} onRetry={answer.reload} />}
        {status === null && answer.error === null ? <Skeleton variant="rounded" height={320} /> : null}
        {status === null ? null : (
          <>
            <Box sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(420px, 1fr))', gap: 2, alignItems: 'start' }}>
              <StateCard status={status} mayAct={mayAct} onAct={setAct} />
              <Guardrails reading={status.guardrail} />
            </Box>
            <Alerts alerts={status.alerts} />
            <Shares shares={status.shares} />
          </>
        )}
        {/* What stands above comes first, so that nothing moves away under the pointer. */}
        {status === null && answer.error === null ? null : (
          <>
            <SignOffs mayAct={!readOnly && mayDo(role, 'signoffs.sign')} />
            <Events />
            <Card title={t('automode.exchanges')}><Empty title={t('automode.no_exchanges')} hint={t('automode.no_exchanges_hint')} /></Card>
          </>
        )}
      </Box>
      {act === null || status === null || !mayAct(act) ? null : <Act act={act} jobs={status.next.map(({ job }) => job)} onClose={() => { setAct(null); reload(); }} />}
    </Box>
  );
}
