/** Strategy Management: which model trades and why, what could replace it, how models are trained, and what was decided when. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { lazy, Suspense, type ReactElement } from 'react';
import type { OperationOutput } from '#contract';
import { useText } from '../../i18n/index.ts';
import { modelTabs, type ModelTab } from '../../state/address.ts';
import { useLasting, type Query } from '../../state/useOperation.ts';
import { ErrorNotice } from '../../ui/notices.tsx';
import { PageHead } from '../../ui/page.tsx';
import { Ago } from '../../ui/values.tsx';
import { ModelDrawer } from './ModelDrawer.tsx';
import { ModelTable } from './ModelTable.tsx';
import { goModels, useModels, useModelsPlace } from './place.ts';

const Compare = lazy(() => import('./Compare.tsx').then((module) => ({ default: module.Compare })));
const Training = lazy(() => import('./Training.tsx').then((module) => ({ default: module.Training })));
const Artifacts = lazy(() => import('./Artifacts.tsx').then((module) => ({ default: module.Artifacts })));
const Decisions = lazy(() => import('./Decisions.tsx').then((module) => ({ default: module.Decisions })));
const Diff = lazy(() => import('./Diff.tsx').then((module) => ({ default: module.Diff })));

type List = OperationOutput<'models.list'>;

function StateLine({ list }: { readonly list: Query<List> }): ReactElement {
  const t = useText();
  const stale = useLasting(list.loading);
  if (list.data === null) return <>{t(list.loading ? 'models.state.reading' : 'models.state.unknown')}</>;
  const { models } = list.data;
  const with_ = (health: List['models'][number]['health']): number => models.filter((row) => row.health === health).length;
  const parts = (['unreadable', 'interrupted', 'degraded', 'no_champion'] as const).filter((health) => with_(health) > 0).map((health) => t(`models.state.${health}`, { count: with_(health) }));
  const instead = models.filter((row) => row.runtime.fallback).length;
  const pinned = models.filter((row) => row.pinned).length;
  return (
    <>
      {[t('models.state.count', { count: models.length }), ...parts, ...(instead > 0 ? [t('models.state.instead', { count: instead })] : []), ...(pinned > 0 ? [t('models.state.pinned', { count: pinned })] : [])].join(' · ')}
      {stale && list.at !== null ? <> · {t('reports.state.stale')} <Ago value={list.at} /></> : null}
    </>
  );
}

/** A challenger that trades instead of its champion, or a file that cannot be read, is told above every view. */
function Loud({ list }: { readonly list: Query<List> }): ReactElement | null {
  const t = useText();
  const broken = (list.data?.models ?? []).filter((row) => row.health === 'unreadable' || row.health === 'interrupted');
  if (broken.length === 0) return null;
  return (
    <Box sx={{ px: 2, pb: 1, display: 'flex', flexDirection: 'column', gap: 0.5 }}>
      {broken.slice(0, 3).map((row) => (
        <Alert key={row.model} severity="error" variant="outlined" sx={{ py: 0 }} action={<Button color="inherit" onClick={() => goModels({ tab: 'list', model: row.model })}>{t('models.open', { model: row.model })}</Button>}>
          {t(`models.loud.${row.health as 'unreadable'}`, { model: row.model })}
        </Alert>
      ))}
    </Box>
  );
}

function View({ tab, list }: { readonly tab: ModelTab; readonly list: Query<List> }): ReactElement | null {
  const place = useModelsPlace();
  const models = list.data?.models ?? [];
  if (tab === 'training') return <Training />;
  if (tab === 'artifacts') return <Artifacts />;
  if (tab === 'decisions') return <Decisions />;
  if (tab === 'diff') return <Diff />;
  if (list.data === null) return list.error === null ? <Skeleton variant="rounded" height={280} sx={{ mt: 1 }} /> : null;
  return tab === 'compare' ? <Compare models={models} /> : <ModelTable models={models} chosen={place.model} onOpen={(model) => goModels({ model })} />;
}

export function Models(): ReactElement {
  const t = useText();
  const { tab, model } = useModelsPlace();
  const list = useModels();
  const first = list.data?.models[0]?.model ?? null;
  const drawer = tab === 'list' && model !== null;
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <PageHead
          title={t('shell.pages.models')} state={<StateLine list={list} />}
          actions={tab === 'compare' ? undefined : <Button variant="outlined" disabled={first === null} onClick={() => goModels({ tab: 'compare', model: model ?? first, version: null, against: null })}>{t('models.act.compare_versions')}</Button>}
        />
        <Tabs value={tab} variant="scrollable" scrollButtons="auto" onChange={(_event, next: ModelTab) => goModels({ tab: next })} aria-label={t('models.views')} sx={{ px: 2, minHeight: 38, '& .MuiTab-root': { minHeight: 38, minWidth: 0 } }}>
          {modelTabs.map((one) => <Tab key={one} value={one} id={`models-${one}`} aria-controls="models-panel" label={t(`models.tab.${one}`)} />)}
        </Tabs>
        <Box sx={{ height: 8 }} />
        <Loud list={list} />
        {list.error === null ? null : <Box sx={{ px: 2, py: 1 }}><ErrorNotice error={list.error} onRetry={list.reload} /></Box>}
        <Box role="tabpanel" id="models-panel" aria-labelledby={`models-${tab}`} sx={{ flex: 1, minHeight: 0, px: 2, pb: 2, overflow: 'auto' }}>
          <Suspense fallback={<LinearProgress aria-label={t('shell.loading')} />}><View tab={tab} list={list} /></Suspense>
        </Box>
      </Box>
      {drawer ? <ModelDrawer key={model} model={model} row={list.data?.models.find((row) => row.model === model) ?? null} /> : null}
    </Box>
  );
}
