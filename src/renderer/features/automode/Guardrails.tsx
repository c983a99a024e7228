/** What the guardrails say now, on what that rests, and how old it is. Unknown is as loud as active. */
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import type { GuardrailReading, Severity } from '#contract';
import { sign } from '../../i18n/facts.ts';
import { hasText, useFormat, useText, type Text } from '../../i18n/index.ts';
import { StatusChip } from '../../ui/status.tsx';
import { Ago, Mono } from '../../ui/values.tsx';
import { Card } from './Card.tsx';
import { guardrailSeverity } from './words.ts';

const providerSeverity: Readonly<Record<GuardrailReading['providers'][number]['state'], Severity | 'neutral'>> = { ok: 'ok', stale: 'unknown', missing: 'unknown', unreadable: 'unknown', off: 'neutral' };

function ruleName(t: Text, name: string, label: string): string {
  const key = `automode.rule.${name}`;
  return hasText(key) ? t(key) : label;
}

function Triggers({ triggers }: { readonly triggers: GuardrailReading['triggers'] }): ReactElement {
  const t = useText();
  const format = useFormat();
  return (
    <Table aria-label={t('automode.triggers')}>
      <TableHead><TableRow><TableCell>{t('automode.column.guardrail')}</TableCell><TableCell align="right">{t('automode.column.value')}</TableCell><TableCell align="right">{t('automode.column.threshold')}</TableCell></TableRow></TableHead>
      <TableBody>
        {triggers.map((one) => (
          <TableRow key={one.name}>
            <TableCell><span title={one.name}>{ruleName(t, one.name, one.label)}</span></TableCell>
            <TableCell align="right">{one.value === null ? '–' : format.number(one.value, 4)}{one.unit === null ? '' : ` ${one.unit}`}</TableCell>
            <TableCell align="right">{sign(one.comparator)} {format.number(one.threshold, 4)}{one.unit === null ? '' : ` ${one.unit}`}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

function Exchange({ exchange }: { readonly exchange: GuardrailReading['exchange'] }): ReactElement | null {
  const t = useText();
  const format = useFormat();
  if (exchange.threshold === null || (exchange.score === null && exchange.exchanges.length === 0)) return null;
  const score = exchange.score === null ? t('automode.score_unknown') : format.number(exchange.score, 2);
  return (
    <Box>
      <Typography variant="body2">
        {t('automode.exchange_score', { score, threshold: format.number(exchange.threshold, 2) })}
        {exchange.latched && exchange.release !== null ? ` · ${t('automode.latched', { release: format.number(exchange.release, 2) })}` : ''}
        {exchange.leverage_cap === null ? '' : ` · ${t('automode.leverage_cap', { cap: format.number(exchange.leverage_cap, 2) })}`}
      </Typography>
      {exchange.score === null ? null : <LinearProgress variant="determinate" value={Math.min(100, exchange.score * 100)} color={exchange.score >= exchange.threshold ? 'error' : 'primary'} aria-label={t('automode.exchange_score', { score, threshold: format.number(exchange.threshold, 2) })} />}
    </Box>
  );
}

export function Guardrails({ reading }: { readonly reading: GuardrailReading }): ReactElement {
  const t = useText();
  const format = useFormat();
  const used = reading.providers.filter(({ state }) => state !== 'off');
  return (
    <Card
      title={t('automode.guardrails')}
      chip={
        <>
          <StatusChip severity={guardrailSeverity[reading.state]} label={t(`automode.guardrail_state.${reading.state}`)} />
          {reading.kill_switch === true ? <StatusChip severity="blocked" label={t('automode.guardrail_kill')} /> : null}
        </>
      }
    >
      <Typography variant="body2" color="text.secondary">{t(`automode.guardrail_text.${reading.state}`)}</Typography>
      {reading.triggers.length === 0 ? null : <Triggers triggers={reading.triggers} />}
      <Exchange exchange={reading.exchange} />
      {used.map((one) => (
        <Box key={one.name} sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
          <StatusChip severity={providerSeverity[one.state]} label={t(`automode.provider_state.${one.state}`)} />
          <Typography variant="body2">{t(`automode.provider.${one.name}`)}</Typography>
          {one.path === null ? null : <Mono>{one.path}</Mono>}
          {one.observed_at === null ? null : <Typography variant="body2" color="text.secondary"><Ago value={one.observed_at} /></Typography>}
          {one.max_age_seconds === null ? null : <Typography variant="caption" color="text.secondary">{t('automode.max_age', { time: format.duration(one.max_age_seconds * 1000) })}</Typography>}
        </Box>
      ))}
    </Card>
  );
}
