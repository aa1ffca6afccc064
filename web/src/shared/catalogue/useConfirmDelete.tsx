import { App, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { useReportError } from '@/shared/components/errors';
import { focusPage } from '@/shared/components/focus';

/** What cannot be undone asks for the name of what will be gone. */
export function useConfirmDelete(): (name: string, act: () => Promise<void>) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const report = useReportError();
  return (name, act) => {
    const run = () => act().catch(report);
    const confirmed = async () => {
      dialog.update({ okButtonProps: { danger: true, loading: true } });
      await run();
      dialog.destroy();
    };
    const dialog = modal.confirm({
      title: t('common.deleteTitle', { name }),
      content: (
        <>
          <p>{t('common.deleteText', { name })}</p>
          <Input
            autoFocus
            placeholder={name}
            data-testid="delete-name"
            onPressEnter={({ currentTarget }) => {
              if (currentTarget.value.trim() === name) void confirmed();
            }}
            onChange={(event) =>
              dialog.update({ okButtonProps: { danger: true, disabled: event.target.value.trim() !== name } })
            }
          />
        </>
      ),
      okText: t('common.delete'),
      cancelText: t('common.cancel'),
      okButtonProps: { danger: true, disabled: true },
      onOk: run,
      afterClose: focusPage,
    });
  };
}
