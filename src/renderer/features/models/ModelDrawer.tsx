/** One model: what trades and why, what is wrong, its challengers, its earlier champions, and the acts on them. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState, type ReactElement } from 'react';
import { cliLine } from '../../format/cliLine.ts';
import { useFormat, useText } from '../../i18n/index.ts';
import { startModels } from '../../state/address.ts';
import { fullAddress, goTo } from '../../state/place.ts';
import { mayDo } from '../../state/rights.ts';
import { openPlan, useSnapshot } from '../../state/store.ts';
import { useOperation } from '../../state/useOperation.ts';
import { Aside } from '../../ui/Aside.tsx';
import { ErrorNotice } from '../../ui/notices.tsx';
import { Technical } from '../../ui/said.tsx';
import { CliLine, Facts, Instant, Mono } from '../../ui/values.tsx';
import { flatMetrics, metricText } from './metrics.ts';
import { useMetricName } from './MetricTable.tsx';
import { PinDialog } from './PinDialog.tsx';
import { goModels, modelEvents, type ModelHistory, type ModelRow } from './place.ts';
import { SnapshotDialog } from './SnapshotDialog.tsx';
import { HealthChip, healthSeverity, PinChip, ReportChip, textOf } from './status.tsx';

/** What is broken stands first and says what to do. */
function Trouble({ row }: { readonly row: ModelRow }): ReactElement | null {
  const t = useText();
  if (row.health === 'ok') return null;
  const severity = healthSeverity[row.health];
  return (
    <Alert severity={severity === 'attention' ? 'warning' : 'error'} variant="outlined" sx={{ mb: 1.5 }}>
      {t(`models.trouble.${row.health}`)}
      {row.problems.map((problem) => <Technical key={problem} text={problem} />)}
    </Alert>
  );
}

function PinFacts({ pin }: { readonly pin: NonNullable<ModelRow['pin']> }): ReactElement {
  const t = useText();
  return (
    <>
      <PinChip pin={pin} /> {pin.pinned_by ?? '–'}
      {pin.pinned_at === null ? null : <> · <Instant value={pin.pinned_at} /></>}
      <div>{pin.until === null ? t('models.pin.open_end') : <>{t('models.pin.ends')} <Instant value={pin.until} /></>}</div>
      {pin.reason === null ? null : <div>{pin.reason}</div>}
    </>
  );
}

function Champion({ row }: { readonly row: ModelRow }): ReactElement {
  const t = useText();
  const format = useFormat();
  const name = useMetricName();
  const decided = textOf(row.decided_at);
  const flat = [...flatMetrics(row.metrics)];
  const summary = flat.filter(([metric]) => metric.startsWith('summary.'));
  const { runtime } = row;
  return (
    <Facts
      rows={[
        [t('models.column.health'), <HealthChip key="h" row={row} />],
        [t('models.column.champion'), <span key="v">{row.version ?? '–'} <ReportChip status={row.status} /></span>],
        [t('models.column.decided'), decided === null ? '–' : <Instant key="d" value={decided} />],
        [t('models.reason'), textOf(row.reason) ?? '–'],
        [t('models.column.runtime'), runtime.version === null ? t('models.runtime.nothing') : `${runtime.version} · ${runtime.fallback_reason === null ? t('models.runtime.champion') : t(`models.fallback.${runtime.fallback_reason}`)}`],
        ...(row.pin === null ? [[t('models.column.pin'), t('models.pin.none')] as const] : [[t('models.column.pin'), <PinFacts key="p" pin={row.pin} />] as const]),
        ...(summary.length > 0 ? summary : flat).map(([metric, value]) => [name(metric), metricText(format, metric, value)] as const),
      ]}
    />
  );
}

function useMay(): (operation: 'models.promote' | 'models.pin') => boolean {
  const { role, workspace } = useSnapshot();
  return (operation) => workspace.read_only === null && mayDo(role, operation);
}

function Challengers({ row }: { readonly row: ModelRow }): ReactElement {
  const t = useText();
  const may = useMay();
  if (row.challengers.length === 0) return <Typography variant="body2" color="text.secondary">{t('models.challengers.none_hint')}</Typography>;
  return (
    <Box component="ul" aria-label={t('models.challengers.title')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {row.challengers.map((one, index) => {
        const { version } = one;
        const decided = textOf(one.decided_at);
        return (
          <Box component="li" key={`${version ?? ''}-${String(index)}`} sx={{ borderTop: index === 0 ? 0 : 1, borderColor: 'divider', py: 0.75 }}>
            <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
              <Typography variant="body2" sx={{ fontWeight: 600 }}>{version ?? '–'}</Typography>
              <ReportChip status={one.status} />
              <Box sx={{ flex: 1 }} />
              {version === null ? null : (
                <Box sx={{ whiteSpace: 'nowrap' }}>
                  <Button aria-label={t('models.act.compare_this', { version })} onClick={() => goModels({ tab: 'compare', model: row.model, version, against: null })}>{t('models.act.compare')}</Button>
                  <Button aria-label={t('models.act.promote_this', { version, model: row.model })} disabled={!may('models.promote')} onClick={() => openPlan({ operation: 'models.promote', input: { model: row.model, version } })}>{t('models.act.promote')}</Button>
                </Box>
              )}
            </Box>
            <Typography variant="caption" color="text.secondary" component="div">{textOf(one.reason) ?? '–'}{decided === null ? null : <> · <Instant value={decided} /></>}</Typography>
          </Box>
        );
      })}
    </Box>
  );
}

function Earlier({ model, history }: { readonly model: string; readonly history: ModelHistory }): ReactElement {
  const t = useText();
  const may = useMay();
  if (history.earlier_champions.length === 0) return <Typography variant="body2" color="text.secondary">{t('models.earlier.none')}</Typography>;
  return (
    <Box component="ul" aria-label={t('models.earlier.title')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {history.earlier_champions.map((one) => (
        <Box component="li" key={one.version} sx={{ display: 'flex', gap: 1, alignItems: 'center', py: 0.25 }}>
          <Typography variant="body2" sx={{ flex: 1 }}>{one.version}{one.decided_at === null ? null : <Typography variant="caption" color="text.secondary" component="span"> · <Instant value={one.decided_at} /></Typography>}</Typography>
          <Button aria-label={t('models.act.rollback_this', { version: one.version, model })} disabled={!may('models.promote')} onClick={() => openPlan({ operation: 'models.rollback', input: { model, version: one.version } })}>{t('models.act.rollback')}</Button>
        </Box>
      ))}
    </Box>
  );
}

function Promotions({ history }: { readonly history: ModelHistory }): ReactElement {
  const t = useText();
  if (history.promotions.length === 0) return <Typography variant="body2" color="text.secondary">{t('models.promotions.none')}</Typography>;
  return (
    <Box component="ul" aria-label={t('models.promotions.title')} sx={{ m: 0, pl: 2 }}>
      {history.promotions.map((one) => (
        <li key={one.name}>
          <Typography variant="body2">
            {one.previous_version ?? t('plans.no_champion')} → {one.version ?? '–'}{one.forced ? ` · ${t('models.promotions.forced')}` : ''}{one.decided_at === null ? null : <> · <Instant value={one.decided_at} /></>}
          </Typography>
          <Typography variant="caption" color="text.secondary" component="div">{[one.operator, one.reason].filter((part) => part !== null && part !== '').join(' · ')} <Mono>{one.path}</Mono></Typography>
        </li>
      ))}
    </Box>
  );
}

type Opened = 'pin' | 'unpin' | 'snapshot' | null;

export function ModelDrawer({ model, row }: { readonly model: string; readonly row: ModelRow | null }): ReactElement {
  const t = useText();
  const may = useMay();
  const { workspace } = useSnapshot();
  const [opened, setOpened] = useState<Opened>(null);
  const history = useOperation('models.history', { model }, modelEvents);
  const title = t('models.details', { model });
  const held = row?.pinned === true || row?.pin?.status === 'unreadable';
  const heading = (text: string): ReactElement => <Typography variant="h3" component="h3" sx={{ mt: 2, mb: 0.5 }}>{text}</Typography>;
  return (
    <Aside
      label={title} title={model} address={fullAddress({ ...startModels, model })} onClose={() => goModels({ model: null })}
      foot={(
        <>
          <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
            <Button disabled={!may('models.pin') || (row?.version ?? null) === null} onClick={() => setOpened(held ? 'unpin' : 'pin')}>{t(held ? 'models.act.unpin' : 'models.act.pin')}</Button>
            <Button disabled={!may('models.promote') || (history.data?.earlier_champions.length ?? 0) === 0} onClick={() => openPlan({ operation: 'models.rollback', input: { model } })}>{t('models.act.rollback')}</Button>
            <Button onClick={() => setOpened('snapshot')}>{t('models.act.snapshot')}</Button>
            <Button onClick={() => goTo({ page: 'journal', seq: null, filter: { query: model } })}>{t('models.act.journal')}</Button>
          </Box>
          <CliLine line={cliLine('models.history', { model }, { workspace: workspace.path })} />
        </>
      )}
    >
      {row === null ? <Alert severity="warning" variant="outlined">{t('models.gone', { model })}</Alert> : <><Trouble row={row} /><Champion row={row} />{heading(t('models.challengers.title'))}<Challengers row={row} /></>}
      {heading(t('models.earlier.title'))}
      {history.error === null ? null : <ErrorNotice error={history.error} onRetry={history.reload} />}
      {history.data === null ? (history.error === null ? <Skeleton variant="rounded" height={60} /> : null) : <Earlier model={model} history={history.data} />}
      {history.data === null ? null : <>{heading(t('models.promotions.title'))}<Promotions history={history.data} /></>}
      {opened === 'pin' || opened === 'unpin' ? <PinDialog row={row ?? { model, version: null }} act={opened} onClose={() => setOpened(null)} /> : null}
      {opened === 'snapshot' ? <SnapshotDialog model={model} onClose={() => setOpened(null)} /> : null}
    </Aside>
  );
}
