import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { FlowDetail, FlowSummary } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useReportError } from '@/shared/components/errors';
import { RoutingProblems } from '@/shared/components/RoutingProblems';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';

export function Flows() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const report = useReportError();
  const mayEdit = useRight('admin.flows');
  const projects = useOptions('/projects');
  const [making, setMaking] = useState(false);
  const [form] = Form.useForm<{ name: string; project_id?: string }>();
  const flows = useQuery({ queryKey: ['/flows', 'list'], queryFn: () => all<FlowSummary>('/flows') });
  const open = (id: string) => void navigate(`/admin/flows/${id}`);
  return (
    <div className="hj-page" data-testid="flows">
      <PageHead
        title={t('page.flows')}
        lead={t('flow.lead')}
        actions={
          mayEdit ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)} data-testid="new">
              {t('common.add')}
            </Button>
          ) : null
        }
      />
      <RoutingProblems kinds={['flow']} />
      {flows.isPending ? (
        <LoadingView rows={5} />
      ) : flows.isError ? (
        <ErrorView error={flows.error} retry={() => void flows.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<FlowSummary>
            size="small"
            rowKey="id"
            pagination={false}
            dataSource={flows.data}
            locale={{ emptyText: <EmptyView what={t('flow.empty')} how={t('flow.emptyHow')} /> }}
            columns={[
              { title: t('common.name'), dataIndex: 'name' },
              {
                title: t('column.project'),
                dataIndex: 'project_id',
                render: (id: string | null | undefined) => projects.nameOf(id),
              },
              {
                title: t('flow.publishedVersion'),
                dataIndex: 'published_version',
                render: (version: number | null) =>
                  version === null ? (
                    <Tag>{t('flow.neverPublished')}</Tag>
                  ) : (
                    <Tag color="green">{t('flow.version', { number: version })}</Tag>
                  ),
              },
            ]}
            onRow={(flow) => ({
              className: 'hj-row-link',
              tabIndex: 0,
              onClick: () => open(flow.id),
              onKeyDown: (event) => {
                if (event.key === 'Enter') open(flow.id);
              },
              ...({ 'data-testid': 'row', 'data-id': flow.id } as object),
            })}
          />
        </div>
      )}
      <Modal
        open={making}
        title={t('flow.new')}
        okText={t('common.add')}
        cancelText={t('common.cancel')}
        onCancel={() => setMaking(false)}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          preserve={false}
          initialValues={{ project_id: projects.items[0]?.id }}
          onFinish={async (values) => {
            try {
              open((await api.post<FlowDetail>('/flows', values)).id);
            } catch (error) {
              report(error);
            }
          }}
        >
          <Form.Item
            name="name"
            label={t('common.name')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input maxLength={80} autoFocus />
          </Form.Item>
          <Form.Item
            name="project_id"
            label={t('column.project')}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <Select options={projects.options} />
          </Form.Item>
          <button type="submit" hidden />
        </Form>
      </Modal>
    </div>
  );
}
