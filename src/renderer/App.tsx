/** The whole window: theme and language around the shell, and an honest face while there is nothing to show yet. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { useEffect, useMemo, useState, useSyncExternalStore, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBoundary } from './features/shell/ErrorBoundary.tsx';
import { Shell } from './features/shell/Shell.tsx';
import { createFormat, type Language } from './format/index.ts';
import { browserLanguage, FormatProvider, setLanguage, useText } from './i18n/index.ts';
import { setFailedText } from './state/preferences.ts';
import { useStore } from './state/store.ts';
import { ErrorNotice } from './ui/notices.tsx';
import { buildTheme, type Mode } from './ui/theme.ts';

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');
const subscribeDark = (listener: () => void): (() => void) => {
  darkQuery.addEventListener('change', listener);
  return () => darkQuery.removeEventListener('change', listener);
};

export function useMode(): Mode {
  const chosen = useStore((state) => state.model?.snapshot.preferences.theme ?? 'system');
  const systemDark = useSyncExternalStore(subscribeDark, () => darkQuery.matches);
  return chosen === 'system' ? (systemDark ? 'dark' : 'light') : chosen;
}

/** What is shown before the first snapshot: nothing for a moment, then what is being waited for. */
function Waiting(): ReactElement | null {
  const t = useText();
  const failure = useStore((state) => state.failure);
  const lost = useStore((state) => state.lost);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 1500);
    return () => clearTimeout(timer);
  }, []);
  if (failure !== null) {
    return (
      <Box component="main" sx={{ maxWidth: 720, mx: 'auto', pt: 10 }}>
        <ErrorNotice error={failure} onRetry={() => window.location.reload()} />
      </Box>
    );
  }
  if (!late && !lost) return <div className="frame" aria-busy="true"><div className="frame-top">Sterownia</div><div className="frame-rail" /><div /><div className="frame-foot" /></div>;
  return (
    <Box component="main" sx={{ maxWidth: 720, mx: 'auto', pt: 10 }}>
      <Alert severity={lost ? 'error' : 'info'} variant="outlined" action={<Button color="inherit" onClick={() => window.location.reload()}>{t('shell.try_again')}</Button>}>
        {lost ? t('shell.lost.first') : t('shell.lost.waiting')}
      </Alert>
    </Box>
  );
}

function useLanguage(): Language {
  const chosen = useStore((state) => state.model?.snapshot.preferences.language ?? null);
  const language = chosen ?? browserLanguage();
  const { t, i18n } = useTranslation();
  useEffect(() => {
    void setLanguage(language);
  }, [language]);
  useEffect(() => setFailedText(t('shell.preferences_failed')), [t]);
  return i18n.language === 'pl' ? 'pl' : 'en';
}

export function App(): ReactElement {
  const mode = useMode();
  const density = useStore((state) => state.model?.snapshot.preferences.density ?? 'comfortable');
  const ready = useStore((state) => state.model !== null);
  const language = useLanguage();
  const t = useText();
  const overlayLabel = t('shell.overlay');
  const theme = useMemo(() => buildTheme(mode, density, overlayLabel), [mode, density, overlayLabel]);
  const format = useMemo(() => createFormat(language), [language]);
  useEffect(() => {
    document.documentElement.style.colorScheme = mode;
  }, [mode]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline />
      <FormatProvider value={format}>
        <ErrorBoundary>{ready ? <Shell /> : <Waiting />}</ErrorBoundary>
      </FormatProvider>
    </ThemeProvider>
  );
}
