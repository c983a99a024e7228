/** The approver's inbox: plans that wait for a person first, then what became of the others. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useEffect, useState, type ReactElement } from 'react';
import type { PlanStatus, PlanView } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { goTo, usePlace } from '../../state/place.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Said } from '../../ui/said.tsx';
import { PlanChip } from '../../ui/status.tsx';
import { Ago, Bytes, Instant } from '../../ui/values.tsx';
import { inboxOrder } from './rules.ts';
import { actName } from './sentence.ts';

const scopes: Readonly<Record<'waiting' | 'done' | 'all', readonly PlanStatus[]>> = {
  waiting: ['pending', 'approved', 'applying'],
  done: ['applied', 'partial', 'failed', 'cancelled', 'reverted', 'undone', 'rejected', 'expired'],
  all: [],
};

function PlanRow({ plan }: { readonly plan: PlanView }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = actName(plan.operation, t);
  return (
    <TableRow hover>
      <TableCell>
        <Button sx={{ p: 0, justifyContent: 'flex-start', textAlign: 'left' }} onClick={() => goTo({ page: 'approvals', plan: plan.id })} aria-label={t('approvals.open', { act: name, id: plan.id })}>{name}</Button>
        <Typography variant="caption" component="div" color="text.secondary">{plan.id}</Typography>
      </TableCell>
      <TableCell><PlanChip status={plan.status} requested={plan.requested !== null} />{plan.requested !== null && plan.status === 'pending' ? <Typography variant="caption" component="div">{t('approvals.requested')} <Ago value={plan.requested.at} /></Typography> : null}</TableCell>
      <TableCell align="right">{format.number(plan.totals.targets)}</TableCell>
      <TableCell align="right">{format.number(plan.totals.files)}</TableCell>
      <TableCell align="right"><Bytes value={plan.totals.bytes} /></TableCell>
      <TableCell>{plan.author.name}</TableCell>
      <TableCell><Instant value={plan.created_at} /></TableCell>
      <TableCell>{plan.status === 'pending' || plan.status === 'approved' ? <Ago value={plan.valid_until} /> : '–'}</TableCell>
    </TableRow>
  );
}

function PlanTable({ plans }: { readonly plans: readonly PlanView[] }): ReactElement {
  const t = useText();
  return (
    <Table stickyHeader aria-label={t('shell.pages.approvals')} sx={{ bgcolor: 'background.paper', '& td, & th': { px: 1 } }}>
      <TableHead>
        <TableRow>
          <TableCell>{t('approvals.column.act')}</TableCell><TableCell>{t('approvals.column.status')}</TableCell><TableCell align="right">{t('approvals.column.items')}</TableCell>
          <TableCell align="right">{t('approvals.column.files')}</TableCell><TableCell align="right">{t('approvals.column.size')}</TableCell>
          <TableCell>{t('approvals.column.author')}</TableCell><TableCell>{t('approvals.column.created')}</TableCell><TableCell>{t('approvals.column.valid')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>{plans.map((plan) => <PlanRow key={plan.id} plan={plan} />)}</TableBody>
    </Table>
  );
}

/** A plan in the address is opened in the dialog; the dialog takes it out of the address when it is left. */
function usePlanOfAddress(): void {
  const place = usePlace();
  const id = place.page === 'approvals' ? place.plan : null;
  useEffect(() => {
    if (id !== null) openPlan({ operation: null, id });
  }, [id]);
}

export function Approvals(): ReactElement {
  const t = useText();
  const { plans_waiting } = useSnapshot();
  const [scope, setScope] = useState<keyof typeof scopes>('waiting');
  const [limit, setLimit] = useState(100);
  usePlanOfAddress();
  const list = useOperation('plans.list', { status: [...scopes[scope]], limit }, ['plans.changed']);
  const plans = [...(list.data?.plans ?? [])].sort(inboxOrder);
  const more = (list.data?.pagination.total_count ?? 0) - plans.length;
  return (
    <Box>
      <PageHead
        title={t('shell.pages.approvals')} state={t('shell.plans_waiting', { count: plans_waiting })}
        actions={
          <ToggleButtonGroup exclusive size="small" color="primary" value={scope} aria-label={t('approvals.scope')} onChange={(_event, next: keyof typeof scopes | null) => { if (next !== null) setScope(next); }}>
            <ToggleButton value="waiting">{t('approvals.waiting')}</ToggleButton><ToggleButton value="done">{t('approvals.done')}</ToggleButton><ToggleButton value="all">{t('approvals.all')}</ToggleButton>
          </ToggleButtonGroup>
        }
      />
      <Box sx={{ px: 2, pb: 2 }}>
        {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.reload} />}
        {list.data === null && list.error === null ? <Skeleton variant="rounded" height={240} /> : null}
        {list.data?.problems.map((problem) => <Typography key={problem.path} variant="body2" component="div" color="error">{problem.path}: <Said text={problem.message} notes={problem.notes} /></Typography>)}
        {list.data !== null && plans.length === 0 ? <Empty title={t(`approvals.empty_${scope}`)} hint={t('approvals.empty_hint')} /> : null}
        {plans.length === 0 ? null : <PlanTable plans={plans} />}
        {more > 0 && limit < 1000 ? <Button onClick={() => setLimit(Math.min(1000, limit * 3))}>{t('approvals.more', { count: more })}</Button> : null}
      </Box>
    </Box>
  );
}
