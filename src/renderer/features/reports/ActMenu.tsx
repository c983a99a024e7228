/** The acts on reports. None of them is the page's primary button, and each opens a preview first. */
import ArrowDropDown from '@mui/icons-material/ArrowDropDown';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { memo, useState, type ReactElement } from 'react';
import { useFormat, useText } from '../../i18n/index.ts';
import { getPlace } from '../../state/place.ts';
import { openPlan, useFromSnapshot, type PlanRequest } from '../../state/store.ts';
import { mayDo, planFilter } from '../../state/rights.ts';
import { reportsPlace } from './useReports.ts';

const presentFilter = (): ReturnType<typeof planFilter> => planFilter(reportsPlace(getPlace()).filter);

interface ActMenuProps {
  /** How many reports match, or null while that is unknown. */
  readonly count: number | null;
  readonly report: string | null;
}

export const ActMenu = memo(function ActMenu({ count, report }: ActMenuProps): ReactElement {
  const t = useText();
  const format = useFormat();
  const role = useFromSnapshot((snapshot) => snapshot.role);
  const readOnly = useFromSnapshot((snapshot) => snapshot.workspace.read_only);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const blocked = readOnly !== null ? t('shell.blocked.read_only') : mayDo(role, 'reports.purge') ? null : t('shell.blocked.role');
  const choose = (request: PlanRequest): void => {
    setAnchor(null);
    openPlan(request);
  };
  const scope = count === null ? t('reports.act.scope_unknown') : t('reports.act.scope', { count, shown: format.number(count) });
  return (
    <>
      <Button variant="outlined" endIcon={<ArrowDropDown />} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>{t('reports.act.open')}</Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {blocked === null ? null : <MenuItem disabled>{blocked}</MenuItem>}
        {report === null ? null : <MenuItem disabled={blocked !== null} onClick={() => choose({ operation: 'reports.delete', input: { path: report } })}>
          <ListItemText primary={t('reports.act.delete')} secondary={report} />
        </MenuItem>}
        {report === null ? null : <Divider />}
        <MenuItem disabled={blocked !== null} onClick={() => choose({ operation: 'reports.archive', input: presentFilter() })}>
          <ListItemText primary={t('reports.act.archive')} secondary={scope} />
        </MenuItem>
        <MenuItem disabled={blocked !== null} onClick={() => choose({ operation: 'reports.purge', input: presentFilter() })}>
          <ListItemText primary={t('reports.act.purge')} secondary={scope} />
        </MenuItem>
      </Menu>
    </>
  );
});
