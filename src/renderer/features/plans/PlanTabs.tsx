/** The content of a plan: what it acts on, what is protected from it, and what has drifted since. */
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tabs from '@mui/material/Tabs';
import { useState, type ReactElement } from 'react';
import type { Drift, PlanView } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { Empty } from '../../ui/notices.tsx';
import { Said } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Mono } from '../../ui/values.tsx';
import { PlanTargets } from './PlanTargets.tsx';

function Protected({ plan }: { readonly plan: PlanView }): ReactElement {
  const t = useText();
  if (plan.protected.length === 0) return <Empty title={t('plans.protected.none')} hint={t('plans.protected.none_hint')} />;
  return (
    <Table aria-label={t('plans.tab.protected', { count: plan.protected.length, shown: '' })}>
      <TableHead><TableRow><TableCell>{t('plans.column.path')}</TableCell><TableCell>{t('plans.column.rule')}</TableCell><TableCell>{t('plans.column.reason')}</TableCell></TableRow></TableHead>
      <TableBody>
        {plan.protected.map((one) => (
          <TableRow key={`${one.path}-${one.rule}`}><TableCell><Mono>{one.path}</Mono></TableCell><TableCell><Mono>{one.rule}</Mono></TableCell><TableCell><Said text={one.reason} notes={one.notes} /></TableCell></TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

export function DriftList({ drift }: { readonly drift: readonly Drift[] }): ReactElement {
  const t = useText();
  return (
    <Table aria-label={t('plans.tab.drift', { shown: '' })}>
      <TableHead><TableRow><TableCell>{t('plans.column.path')}</TableCell><TableCell>{t('plans.column.change')}</TableCell><TableCell>{t('plans.column.detail')}</TableCell></TableRow></TableHead>
      <TableBody>
        {drift.map((one) => (
          <TableRow key={`${one.path}-${one.change}`}><TableCell><Mono>{one.path}</Mono></TableCell><TableCell><StatusChip severity="attention" label={t(`words.drift.${one.change}`)} /></TableCell><TableCell><Said text={one.detail} notes={one.notes} /></TableCell></TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const names = ['targets', 'protected', 'drift'] as const;

export function PlanTabs({ plan, drift, dim }: { readonly plan: PlanView; readonly drift: readonly Drift[]; readonly dim: boolean }): ReactElement {
  const t = useText();
  const format = useFormat();
  const [chosen, setChosen] = useState<(typeof names)[number]>('targets');
  const tab = chosen === 'drift' && drift.length === 0 ? 'targets' : chosen;
  const counts = { targets: plan.target_count, protected: plan.protected_count, drift: drift.length };
  const shown = names.filter((name) => name !== 'drift' || drift.length > 0);
  return (
    <Box sx={{ opacity: dim ? 0.5 : 1 }}>
      <Tabs value={tab} onChange={(_event, next: (typeof names)[number]) => setChosen(next)} aria-label={t('plans.tabs')} sx={{ minHeight: 38, '& .MuiTab-root': { minHeight: 38 } }}>
        {shown.map((name) => <Tab key={name} value={name} id={`plan-tab-${name}`} aria-controls="plan-tab-panel" label={t(`plans.tab.${name}`, { count: counts[name], shown: format.number(counts[name]) })} />)}
      </Tabs>
      <Box role="tabpanel" id="plan-tab-panel" aria-labelledby={`plan-tab-${tab}`}>
        {tab === 'targets' ? <PlanTargets key={plan.id} plan={plan} drift={drift} /> : null}
        {tab === 'protected' ? <Protected plan={plan} /> : null}
        {tab === 'drift' ? <DriftList drift={drift} /> : null}
      </Box>
    </Box>
  );
}
