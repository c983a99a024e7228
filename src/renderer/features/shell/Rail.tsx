/** The way between panels: a number where a person is needed, nothing where none is. */
import Badge from '@mui/material/Badge';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';
import { useText } from '../../i18n/index.ts';
import { formatAddress, type PageName } from '../../state/address.ts';
import { goTo, usePageName } from '../../state/place.ts';
import { useSnapshot } from '../../state/store.ts';
import { pages } from './pages.tsx';

function useNeeded(): Readonly<Record<PageName, number>> {
  const { plans_waiting, verification, policy_problems, needs } = useSnapshot();
  return { reports: 0, models: needs.models, automode: needs.automode, approvals: plans_waiting, trash: 0, journal: verification?.status === 'broken' ? 1 : 0, settings: policy_problems.length };
}

export function Rail(): ReactElement {
  const t = useText();
  const page = usePageName();
  const needed = useNeeded();
  return (
    <Box component="nav" aria-label={t('shell.rail')} sx={{ bgcolor: 'background.paper', borderRight: 1, borderColor: 'divider', py: 1, display: 'flex', flexDirection: 'column', gap: 0.5 }}>
      {pages.map(({ name, Icon, start }) => {
        const active = page === name;
        const count = needed[name];
        const label = t(`shell.pages.${name}`);
        return (
          <ButtonBase
            key={name}
            component="a"
            href={formatAddress(start)}
            aria-current={active ? 'page' : undefined}
            aria-label={count > 0 ? `${label}, ${t('shell.needs_person', { count })}` : label}
            onClick={(event: React.MouseEvent) => { event.preventDefault(); goTo(start); }}
            sx={{
              flexDirection: 'column', gap: 0.25, py: 1, mx: 0.75, borderRadius: 1, textAlign: 'center',
              color: active ? 'primary.main' : 'text.secondary', bgcolor: active ? 'action.selected' : 'transparent', '&:hover': { bgcolor: 'action.hover' },
            }}
          >
            <Badge badgeContent={count} color="error" aria-hidden><Icon fontSize="small" /></Badge>
            <Typography variant="caption" sx={{ lineHeight: 1.2, fontSize: '0.7rem', fontWeight: active ? 600 : 400 }}>{label}</Typography>
          </ButtonBase>
        );
      })}
    </Box>
  );
}
