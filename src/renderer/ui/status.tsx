/** State in one form everywhere: icon, word and colour together, never colour alone. */
import Block from '@mui/icons-material/Block';
import CheckCircleOutline from '@mui/icons-material/CheckCircleOutlined';
import HelpOutline from '@mui/icons-material/HelpOutlineOutlined';
import WarningAmber from '@mui/icons-material/WarningAmberOutlined';
import Chip from '@mui/material/Chip';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import type { ComponentType, ReactElement } from 'react';
import type { PlanStatus, Severity } from '#contract';
import { useText } from '../i18n/index.ts';

const icons: Readonly<Record<Severity, ComponentType<SvgIconProps>>> = {
  ok: CheckCircleOutline, attention: WarningAmber, blocked: Block, unknown: HelpOutline,
};
export const severityColours = { ok: 'success', attention: 'warning', blocked: 'error', unknown: 'error' } as const;

export function SeverityIcon({ severity, size = 'small' }: { readonly severity: Severity; readonly size?: 'small' | 'inherit' }): ReactElement {
  const Icon = icons[severity];
  return <Icon color={severityColours[severity]} fontSize={size} aria-hidden />;
}

interface StatusChipProps {
  readonly severity: Severity | 'neutral';
  readonly label: string;
  readonly title?: string;
}

export function StatusChip({ severity, label, title }: StatusChipProps): ReactElement {
  if (severity === 'neutral') return <Chip size="small" variant="outlined" label={label} title={title} />;
  const Icon = icons[severity];
  return <Chip size="small" variant="outlined" color={severityColours[severity]} icon={<Icon aria-hidden />} label={label} title={title} />;
}

export const summarySeverity = { valid: 'ok', missing: 'attention', invalid: 'blocked' } as const;

export function SummaryChip({ status }: { readonly status: keyof typeof summarySeverity }): ReactElement {
  const t = useText();
  return <StatusChip severity={summarySeverity[status]} label={t(`words.summary_status.${status}`)} />;
}

const planSeverity: Readonly<Record<PlanStatus, Severity | 'neutral'>> = {
  pending: 'attention', approved: 'ok', rejected: 'blocked', expired: 'neutral', applying: 'attention', applied: 'ok',
  partial: 'blocked', failed: 'blocked', cancelled: 'attention', reverted: 'attention', undone: 'neutral',
};

/** A plan that waits for nobody is only a preview; calling it "waiting" would send a person looking for work. */
export function PlanChip({ status, requested }: { readonly status: PlanStatus; readonly requested: boolean }): ReactElement {
  const t = useText();
  if (status === 'pending' && !requested) return <StatusChip severity="neutral" label={t('words.preview')} />;
  return <StatusChip severity={planSeverity[status]} label={t(`words.plan_status.${status}`)} />;
}
