import { CopyOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';

interface Props {
  number: number;
  editable: boolean;
  duplicate: () => void;
  remove: () => void;
}

/** What may be done with several things that are chosen. */
export function Several({ number, editable, duplicate, remove }: Props) {
  const { t } = useTranslation();
  return (
    <div className="hj-flow-several" data-testid="several">
      <p>{t('flow.several', { number })}</p>
      <p className="hj-faint">{t('flow.severalHelp')}</p>
      {editable ? (
        <p className="hj-flow-row">
          <Button size="small" icon={<CopyOutlined />} onClick={duplicate}>
            {t('flow.duplicate')}
          </Button>
          <Button size="small" danger icon={<DeleteOutlined />} onClick={remove}>
            {t('common.delete')}
          </Button>
        </p>
      ) : null}
    </div>
  );
}
