import { DownloadOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { address, type Query } from '@/shared/api/client';

/** Downloads what `path` lists with this query, as a table in one of the formats. */
export function ExportButton({ path, query }: { path: string; query: Query }) {
  const { t } = useTranslation();
  return (
    <Dropdown
      menu={{
        items: (['xlsx', 'csv'] as const).map((format) => ({
          key: format,
          label: (
            <a href={address(`${path}.${format}`, query)} download>
              {t(`export.${format}`)}
            </a>
          ),
        })),
      }}
    >
      <Button icon={<DownloadOutlined />} data-testid="export">
        {t('export.button')}
      </Button>
    </Dropdown>
  );
}
