/** The frame of the window: top bar, rail, the open panel, foot line, and the dialogs that any page can open. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Snackbar from '@mui/material/Snackbar';
import { lazy, Suspense, useEffect, type ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { usePageName } from '../../state/place.ts';
import { hideToast, setOverlay, useFromSnapshot, useStore } from '../../state/store.ts';
import { Banners } from './Banners.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { FootLine } from './FootLine.tsx';
import { pages } from './pages.tsx';
import { Rail } from './Rail.tsx';
import { TopBar } from './TopBar.tsx';
import { useShortcuts } from './useShortcuts.ts';

const PlanDialog = lazy(() => import('../plans/PlanDialog.tsx').then((module) => ({ default: module.PlanDialog })));
const Palette = lazy(() => import('./Palette.tsx').then((module) => ({ default: module.Palette })));
const AboutDialog = lazy(() => import('./AboutDialog.tsx').then((module) => ({ default: module.AboutDialog })));
const ShortcutsDialog = lazy(() => import('./ShortcutsDialog.tsx').then((module) => ({ default: module.ShortcutsDialog })));
const Notifications = lazy(() => import('./Notifications.tsx').then((module) => ({ default: module.Notifications })));
const WorkspaceDialog = lazy(() => import('./WorkspaceDialog.tsx').then((module) => ({ default: module.WorkspaceDialog })));

function Overlays(): ReactElement {
  const overlay = useStore((state) => state.overlay);
  const plan = useStore((state) => state.plan);
  const close = (): void => setOverlay(null);
  return (
    <Suspense fallback={null}>
      {plan === null ? null : <PlanDialog key={JSON.stringify(plan)} request={plan} />}
      {overlay === 'palette' ? <Palette onClose={close} /> : null}
      {overlay === 'about' ? <AboutDialog onClose={close} /> : null}
      {overlay === 'shortcuts' ? <ShortcutsDialog onClose={close} /> : null}
      {overlay === 'notifications' ? <Notifications onClose={close} /> : null}
      {overlay === 'workspace' ? <WorkspaceDialog onClose={close} /> : null}
    </Suspense>
  );
}

function Toasts(): ReactElement {
  const toast = useStore((state) => state.toast);
  const severity = toast === null ? 'info' : ({ ok: 'success', attention: 'warning', blocked: 'error', unknown: 'error' } as const)[toast.severity];
  return (
    <Snackbar key={toast?.n ?? 0} open={toast !== null} autoHideDuration={7000} onClose={hideToast} anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}>
      <Alert severity={severity} variant="outlined" onClose={hideToast} sx={{ bgcolor: 'background.paper' }}>{toast?.text}</Alert>
    </Snackbar>
  );
}

export function Shell(): ReactElement {
  const t = useText();
  const name = usePageName();
  useShortcuts();
  const page = pages.find((one) => one.name === name) ?? pages[0];
  const workspace = useFromSnapshot((snapshot) => snapshot.workspace.name);
  useEffect(() => {
    document.title = `${t(`shell.pages.${name}`)} · ${workspace} · Sterownia`;
  }, [t, name, workspace]);
  return (
    <Box sx={{ display: 'grid', gridTemplateRows: 'auto 1fr auto', gridTemplateColumns: '104px minmax(0, 1fr)', height: '100vh', minWidth: 1024 }}>
      <Box component="a" href="#content" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>('#content')?.focus(); }}
        sx={{ position: 'absolute', left: -9999, '&:focus': { left: 8, top: 8, zIndex: 2000, bgcolor: 'background.paper', color: 'primary.main', p: 1 } }}>
        {t('shell.skip')}
      </Box>
      <Box sx={{ gridColumn: '1 / 3' }}>
        <TopBar />
        <Banners />
      </Box>
      <Rail />
      <Box component="main" id="content" tabIndex={-1} aria-label={t(`shell.pages.${name}`)} sx={{ minHeight: 0, overflow: 'auto', outline: 'none' }}>
        <ErrorBoundary key={name}>
          <Suspense fallback={<LinearProgress aria-label={t('shell.loading')} />}>{page === undefined ? null : <page.Panel />}</Suspense>
        </ErrorBoundary>
      </Box>
      <FootLine />
      <ErrorBoundary><Overlays /></ErrorBoundary>
      <Toasts />
    </Box>
  );
}
