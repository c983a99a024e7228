/** A defect in one part of the window is named there and does not take the rest of the window along. */
import { Component, type ReactElement, type ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Button from '@mui/material/Button';
import { useText } from '../../i18n/index.ts';
import { Mono } from '../../ui/values.tsx';

function Broken({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }): ReactElement {
  const t = useText();
  return (
    <Alert severity="error" variant="outlined" sx={{ m: 2 }} action={<Button color="inherit" onClick={onRetry}>{t('shell.try_again')}</Button>}>
      <AlertTitle>{t('shell.broken.title')}</AlertTitle>
      {t('shell.broken.text')} <Mono>{error.message}</Mono>
    </Alert>
  );
}

interface Props {
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Broken error={error} onRetry={() => this.setState({ error: null })} />;
  }
}
