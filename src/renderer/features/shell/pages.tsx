/** The pages of the window: icon, shortcut, and the panel itself, loaded when it is first opened. */
import Assessment from '@mui/icons-material/AssessmentOutlined';
import DeleteOutline from '@mui/icons-material/DeleteOutlined';
import FactCheck from '@mui/icons-material/FactCheckOutlined';
import MenuBook from '@mui/icons-material/MenuBookOutlined';
import Settings from '@mui/icons-material/SettingsOutlined';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import { lazy, type ComponentType } from 'react';
import { emptyFilter, type PageName, type Place } from '../../state/address.ts';
import { ReportCenter } from '../reports/ReportCenter.tsx';

export interface Page {
  readonly name: PageName;
  readonly Icon: ComponentType<SvgIconProps>;
  readonly Panel: ComponentType;
  readonly start: Place;
}

export const pages: readonly Page[] = [
  { name: 'reports', Icon: Assessment, Panel: ReportCenter, start: { page: 'reports', filter: emptyFilter, report: null, pageIndex: 0 } },
  {
    name: 'approvals', Icon: FactCheck, start: { page: 'approvals', plan: null },
    Panel: lazy(() => import('../plans/Approvals.tsx').then((module) => ({ default: module.Approvals }))),
  },
  {
    name: 'trash', Icon: DeleteOutline, start: { page: 'trash', entry: null },
    Panel: lazy(() => import('../trash/Trash.tsx').then((module) => ({ default: module.Trash }))),
  },
  {
    name: 'journal', Icon: MenuBook, start: { page: 'journal', seq: null, filter: {} },
    Panel: lazy(() => import('../journal/Journal.tsx').then((module) => ({ default: module.Journal }))),
  },
  {
    name: 'settings', Icon: Settings, start: { page: 'settings' },
    Panel: lazy(() => import('../settings/Settings.tsx').then((module) => ({ default: module.Settings }))),
  },
];
