/** Where am I, as whom, and at what time: workspace, palette, UTC clock, role, notifications, language, theme. */
import ArrowDropDown from '@mui/icons-material/ArrowDropDown';
import DarkMode from '@mui/icons-material/DarkModeOutlined';
import InfoOutlined from '@mui/icons-material/InfoOutlined';
import LightMode from '@mui/icons-material/LightModeOutlined';
import Notifications from '@mui/icons-material/NotificationsNone';
import Search from '@mui/icons-material/Search';
import SettingsBrightness from '@mui/icons-material/SettingsBrightnessOutlined';
import Badge from '@mui/material/Badge';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import { themes, type Preferences } from '#contract';
import { useFormat, useText } from '../../i18n/index.ts';
import { changePreferences } from '../../state/preferences.ts';
import { setOverlay, useSnapshot } from '../../state/store.ts';
import { useNow } from '../../state/useOperation.ts';

function Clock(): ReactElement {
  const format = useFormat();
  const now = useNow(1000);
  return (
    <Typography variant="body2" component="time" title={format.instant(now)} sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
      UTC {format.clock(now)}
    </Typography>
  );
}

const themeIcons = { system: SettingsBrightness, light: LightMode, dark: DarkMode } as const;

function ThemeSwitch(): ReactElement {
  const t = useText();
  const { theme } = useSnapshot().preferences;
  const next: Preferences['theme'] = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const Icon = themeIcons[theme];
  const label = t('shell.theme_switch', { present: t(`words.theme.${theme}`), next: t(`words.theme.${next}`) });
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} onClick={() => changePreferences({ theme: next })}><Icon fontSize="small" /></IconButton>
    </Tooltip>
  );
}

function LanguageSwitch(): ReactElement {
  const t = useText();
  const { language } = useFormat();
  return (
    <Tooltip title={t('shell.language_switch')}>
      <Button color="inherit" aria-label={t('shell.language_switch')} sx={{ minWidth: 40 }} onClick={() => changePreferences({ language: language === 'pl' ? 'en' : 'pl' })}>
        {language.toUpperCase()}
      </Button>
    </Tooltip>
  );
}

function Bell(): ReactElement {
  const t = useText();
  const unseen = useSnapshot().notifications.filter((one) => !one.seen);
  const label = t('shell.notifications.open', { count: unseen.length });
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} onClick={() => setOverlay('notifications')}>
        <Badge badgeContent={unseen.length} color={unseen.some((one) => one.critical) ? 'error' : 'primary'}><Notifications fontSize="small" /></Badge>
      </IconButton>
    </Tooltip>
  );
}

export function TopBar(): ReactElement {
  const t = useText();
  const { workspace, actor, role } = useSnapshot();
  return (
    <Box component="header" sx={{ display: 'flex', alignItems: 'center', gap: 1.5, px: 2, height: 52, bgcolor: 'background.paper', borderBottom: 1, borderColor: 'divider' }}>
      <Typography component="span" sx={{ fontWeight: 700, letterSpacing: '0.01em' }}>Sterownia</Typography>
      <Button color="inherit" endIcon={<ArrowDropDown />} onClick={() => setOverlay('workspace')} title={workspace.path} aria-label={t('shell.workspace.open', { name: workspace.name })}
        sx={{ maxWidth: 220, '& .MuiButton-endIcon': { ml: 0 } }}>
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{workspace.name}</Box>
      </Button>
      {workspace.demo ? <Chip size="small" color="secondary" label={t('shell.demo')} title={t('shell.demo_hint')} /> : null}
      <Box sx={{ flex: 1, display: 'flex', justifyContent: 'center' }}>
        <Button variant="outlined" color="inherit" startIcon={<Search />} onClick={() => setOverlay('palette')}
          sx={{ borderColor: 'divider', color: 'text.secondary', minWidth: 260, justifyContent: 'flex-start' }}>
          <Box component="span" sx={{ flex: 1, textAlign: 'left' }}>{t('shell.palette.open')}</Box>
          <Box component="kbd" sx={{ fontFamily: 'inherit', fontSize: '0.75rem', border: 1, borderColor: 'divider', borderRadius: 1, px: 0.75 }}>Ctrl+K</Box>
        </Button>
      </Box>
      <Clock />
      <Typography variant="body2" noWrap sx={{ maxWidth: 180 }} title={t('shell.actor_hint', { name: actor.name, host: actor.host })}>
        {actor.name} · {t(`words.role.${role}`)}
      </Typography>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
        <Bell />
        <LanguageSwitch />
        <ThemeSwitch />
        <Tooltip title={t('shell.about.open')}>
          <IconButton size="small" aria-label={t('shell.about.open')} onClick={() => setOverlay('about')}><InfoOutlined fontSize="small" /></IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}
