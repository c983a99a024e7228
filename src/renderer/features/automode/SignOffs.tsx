/** The inbox of risk and compliance: what waits for a signature, what it says, and the signing itself. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import type { SignOffGate, SignOffReport } from '#contract';
import { wordOf } from '../../i18n/facts.ts';
import { useText } from '../../i18n/index.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Empty, ErrorNotice } from '../../ui/notices.tsx';
import { useSaid } from '../../ui/said.tsx';
import { StatusChip } from '../../ui/status.tsx';
import { Instant, Mono } from '../../ui/values.tsx';
import { Card } from './Card.tsx';
import { SignDialog } from './SignDialog.tsx';
import { roleText } from './words.ts';

const events = ['signoffs.changed', 'retraining.changed'] as const;

function GateNotice({ gate }: { readonly gate: SignOffGate }): ReactElement {
  const t = useText();
  const say = useSaid();
  const severity = gate.open ? 'success' : gate.unknown ? 'error' : 'warning';
  return (
    <Alert severity={severity} variant="outlined">
      <Typography variant="body2">{t(gate.open ? (gate.required ? 'automode.gate.open' : 'automode.gate.off') : gate.unknown ? 'automode.gate.unknown' : 'automode.gate.shut')}</Typography>
      {/* That signatures are missing has been said. */}
      {gate.open ? null : gate.reasons.filter(({ code }) => code !== 'sign_offs_missing' || gate.unknown).map((reason) => (
        <Typography key={`${reason.code} ${reason.message}`} variant="body2" color="text.secondary"><span title={say({ text: reason.message, notes: undefined })}>{t(`automode.gate_reason.${reason.code}`)}</span></Typography>
      ))}
    </Alert>
  );
}

function RoleState({ role }: { readonly role: SignOffReport['roles'][number] }): ReactElement {
  const t = useText();
  const who = role.signed_by === null ? '' : ` · ${role.signed_by}`;
  const label = `${t(`automode.sign_status.${role.status}`)}${who}`;
  const title = role.reason === null ? undefined : t(`automode.missing.${role.reason}`);
  return <StatusChip severity={role.completed ? 'ok' : role.status === 'rejected' ? 'blocked' : 'attention'} label={label} {...(title === undefined ? {} : { title })} />;
}

function ReportRow({ report, roles, onOpen }: { readonly report: SignOffReport; readonly roles: readonly string[]; readonly onOpen: () => void }): ReactElement {
  const t = useText();
  const name = report.report.split('/').at(-1) ?? report.report;
  const detail = useSaid()({ text: report.detail, notes: undefined });
  return (
    <TableRow hover onClick={onOpen} sx={{ cursor: 'pointer' }}>
      <TableCell>
        <Button sx={{ p: 0, textAlign: 'left' }} onClick={(event) => { event.stopPropagation(); onOpen(); }} aria-label={t('automode.open_report', { name })}>{t(`automode.report_kind.${report.kind}`)} · {wordOf(t, ['automode.report_category'], report.category)}</Button>
        <Typography variant="caption" component="div" color="text.secondary"><Mono>{name}</Mono></Typography>
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>{report.timestamp === null ? '–' : <Instant value={report.timestamp} />}</TableCell>
      <TableCell>
        {report.readable
          ? <StatusChip severity={report.needs_signature ? 'attention' : 'ok'} label={t(report.needs_signature ? 'automode.finding.alert' : 'automode.finding.fine')} title={detail} />
          : <StatusChip severity="unknown" label={t('automode.finding.unreadable')} title={detail} />}
      </TableCell>
      {roles.map((role) => {
        const state = report.roles.find((one) => one.role === role);
        return <TableCell key={role}>{state === undefined || !report.needs_signature ? '–' : <RoleState role={state} />}</TableCell>;
      })}
    </TableRow>
  );
}

export function SignOffs({ mayAct }: { readonly mayAct: boolean }): ReactElement {
  const t = useText();
  const [settled, setSettled] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const gate = useOperation('signoffs.check', {}, events);
  const inbox = useOperation('signoffs.pending', { limit: 50 }, events);
  const roles = inbox.data?.roles ?? [];
  const reports = inbox.data?.reports ?? [];
  const waiting = reports.filter((report) => report.needs_signature && (!report.readable || report.roles.some((role) => !role.completed)));
  const shown = settled ? reports : waiting;
  return (
    <Card
      title={t('automode.signoffs')}
      chip={inbox.data === null ? null : <StatusChip severity={waiting.length === 0 ? 'ok' : 'attention'} label={t('automode.waiting', { count: waiting.length })} />}
      actions={<Button aria-pressed={settled} onClick={() => setSettled(!settled)}>{t(settled ? 'automode.only_waiting' : 'automode.also_settled')}</Button>}
    >
      {gate.data === null ? null : <GateNotice gate={gate.data} />}
      {gate.error === null ? null : <ErrorNotice error={gate.error} onRetry={gate.reload} />}
      {inbox.error === null ? null : <ErrorNotice error={inbox.error} onRetry={inbox.reload} />}
      {inbox.data === null && inbox.error === null ? <Skeleton variant="rounded" height={120} /> : null}
      {inbox.data !== null && shown.length === 0 ? <Empty title={t('automode.nothing_waits')} hint={t('automode.nothing_waits_hint')} /> : null}
      {shown.length === 0 ? null : (
        <Box sx={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('automode.signoffs_table')}>
          <Table aria-label={t('automode.signoffs_table')}>
            <TableHead>
              <TableRow>
                <TableCell>{t('automode.column.report')}</TableCell><TableCell>{t('automode.column.at')}</TableCell><TableCell>{t('automode.column.finding')}</TableCell>
                {roles.map((role) => <TableCell key={role}>{roleText(t, role)}</TableCell>)}
              </TableRow>
            </TableHead>
            <TableBody>{shown.map((report) => <ReportRow key={report.report} report={report} roles={roles} onOpen={() => setOpen(report.report)} />)}</TableBody>
          </Table>
        </Box>
      )}
      {open === null ? null : <SignDialog report={open} mayAct={mayAct} onClose={() => setOpen(null)} />}
    </Card>
  );
}
