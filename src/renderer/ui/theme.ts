/** Dark and light, both designed: text and state colours keep AA contrast on both surfaces of their theme. */
import { createTheme, type Theme } from '@mui/material/styles';
import type { Preferences } from '#contract';

export type Mode = 'light' | 'dark';

const surfaces = {
  light: {
    background: { default: '#f3f5f7', paper: '#ffffff' },
    text: { primary: '#16212b', secondary: '#4a5866', disabled: '#6b7783' },
    divider: '#d5dbe1',
    primary: { main: '#0b5cad', contrastText: '#ffffff' },
    secondary: { main: '#5b4b9a', contrastText: '#ffffff' },
    success: { main: '#186a3b', contrastText: '#ffffff' },
    warning: { main: '#8a4b00', contrastText: '#ffffff' },
    error: { main: '#b3261e', contrastText: '#ffffff' },
    info: { main: '#0b5cad', contrastText: '#ffffff' },
    action: { selectedOpacity: 0.08, hoverOpacity: 0.04 },
  },
  dark: {
    background: { default: '#0f1419', paper: '#161c22' },
    text: { primary: '#e6ebef', secondary: '#aab6c1', disabled: '#7f8b96' },
    divider: '#2c3640',
    primary: { main: '#7fbdff', contrastText: '#06131f' },
    secondary: { main: '#c3b5f7', contrastText: '#140d2c' },
    success: { main: '#63cf90', contrastText: '#05170c' },
    warning: { main: '#f2bb58', contrastText: '#1d1200' },
    error: { main: '#ff9087', contrastText: '#260503' },
    info: { main: '#7fbdff', contrastText: '#06131f' },
    // A link in a row that is selected, under the pointer, with the pointer on the link itself: three tints on each other.
    action: { selectedOpacity: 0.1, hoverOpacity: 0.05 },
  },
} as const;

/** Okabe and Ito's palette, which stays apart for every kind of colour vision; lighter where the surface is dark. */
export const chartColours: Readonly<Record<Mode, readonly string[]>> = {
  light: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#9a7d00', '#3d8bbd', '#000000'],
  dark: ['#56b4e9', '#e69f00', '#2fbf95', '#e094c2', '#f0e442', '#8fc9ee', '#ffffff'],
};

const fontFamily = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif";
export const monospace = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** `overlayLabel` names the region of menus and lists that open over the page. */
export function buildTheme(mode: Mode, density: Preferences['density'], overlayLabel: string): Theme {
  const compact = density === 'compact';
  const size = compact ? 'small' : 'medium';
  return createTheme({
    palette: { mode, ...surfaces[mode] },
    typography: { fontFamily, fontSize: compact ? 13 : 14, h1: { fontSize: '1.35rem', fontWeight: 600 }, h2: { fontSize: '1.05rem', fontWeight: 600 }, h3: { fontSize: '0.95rem', fontWeight: 600 }, button: { textTransform: 'none' } },
    shape: { borderRadius: 6 },
    spacing: compact ? 6 : 8,
    components: {
      MuiMenu: { defaultProps: { slotProps: { root: { role: 'region', 'aria-label': overlayLabel } } } },
      MuiButtonBase: { defaultProps: { disableRipple: true } },
      MuiButton: { defaultProps: { size: 'small', disableElevation: true }, styleOverrides: { root: { whiteSpace: 'nowrap' } } },
      MuiTextField: { defaultProps: { size: 'small' } },
      MuiSelect: { defaultProps: { size: 'small' } },
      MuiAutocomplete: { defaultProps: { size: 'small', slotProps: { popper: { role: 'region', 'aria-label': overlayLabel } } } },
      MuiTable: { defaultProps: { size: 'small' } },
      MuiListItemButton: { defaultProps: { dense: size === 'small' } },
      MuiToggleButton: { styleOverrides: { root: { color: surfaces[mode].text.secondary, textTransform: 'none' } } },
      // A hint that could be pointed at would lie over the page's own actions below the top bar.
      MuiTooltip: { defaultProps: { enterDelay: 400, disableInteractive: true } },
      MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
      MuiInputBase: { styleOverrides: { input: { '&::placeholder': { opacity: 1, color: surfaces[mode].text.secondary } } } },
      MuiCssBaseline: {
        styleOverrides: {
          body: { minWidth: 1024 },
          ':focus-visible': { outline: `2px solid ${surfaces[mode].primary.main}`, outlineOffset: 1 },
          '@media (prefers-reduced-motion: reduce)': { '*': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' } },
        },
      },
    },
  });
}
