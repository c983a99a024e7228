/** The pages of the window: icon, shortcut, and the panel itself, loaded when it is first opened. */
import AutoMode from '@mui/icons-material/AutoModeOutlined';
import Assessment from '@mui/icons-material/AssessmentOutlined';
import DeleteOutline from '@mui/icons-material/DeleteOutlined';
import FactCheck from '@mui/icons-material/FactCheckOutlined';
import Insights from '@mui/icons-material/InsightsOutlined';
import MenuBook from '@mui/icons-material/MenuBookOutlined';
import Settings from '@mui/icons-material/SettingsOutlined';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import { lazy, type ComponentType } from 'react';
import { emptyFilter, startModels, type PageName, type Place } from '../../state/address.ts';
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
    name: 'models', Icon: Insights, start: startModels,
    Panel: lazy(() => import('../models/Models.tsx').then((module) => ({ default: module.Models }))),
  },
  {
    name: 'automode', Icon: AutoMode, start: { page: 'automode', act: null },
    Panel: lazy(() => import('../automode/AutoMode.tsx').then((module) => ({ default: module.AutoMode }))),
  },
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
