import { UploadOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal, Select, Upload, type UploadFile } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '@/shared/api/client';
import type { Prompt, Voice } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { SpokenLanguageField, TextField } from '@/shared/catalogue/fields';
import { useConfirmDelete } from '@/shared/catalogue/useConfirmDelete';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { ListenButton } from '@/shared/components/ListenButton';
import { duration } from '@/shared/format/format';
import { spokenName } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';

interface Values {
  name: string;
  language: string;
  text: string;
  voice?: string;
}

/** What callers hear: written here and spoken by the platform, or recorded elsewhere and uploaded. */
export function Prompts() {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.flows');
  const voices = useQuery({ queryKey: ['/voices'], queryFn: () => all<Voice>('/voices'), enabled: mayEdit });
  return (
    <Catalogue<Prompt, Values>
      path="/prompts"
      testId="prompts"
      title={t('page.prompts')}
      lead={t('prompt.lead')}
      nameOf={(prompt) => prompt.name}
      emptyWhat={t('prompt.empty')}
      emptyHow={t('prompt.emptyHow')}
      mayEdit={mayEdit}
      width={520}
      columns={[
        { title: '', key: 'listen', width: 48, render: (_, prompt) => <ListenButton prompt={prompt} /> },
        { title: t('common.name'), dataIndex: 'name', className: 'hj-mono' },
        {
          title: t('shell.language'),
          dataIndex: 'language',
          render: (value: string) => spokenName(value),
        },
        {
          title: t('prompt.text'),
          dataIndex: 'text',
          render: (value: string | null) =>
            value ? (
              <div className="hj-ellipsis" style={{ maxWidth: 420 }} title={value}>
                {value}
              </div>
            ) : (
              <span className="hj-faint">{t('prompt.uploaded')}</span>
            ),
        },
        { title: t('prompt.voice'), dataIndex: 'voice' },
        {
          title: t('column.duration'),
          dataIndex: 'duration_seconds',
          align: 'right',
          render: (value: number | null) => duration(value),
        },
      ]}
      rowActions={(prompt) => (mayEdit ? <PromptDelete prompt={prompt} /> : null)}
      mayDelete={false}
      // A prompt of the same name and language is replaced; nothing that plays it has to change.
      update={(_, body) => api.post('/prompts', body)}
      values={(prompt) => ({
        name: prompt?.name ?? '',
        language: prompt?.language ?? 'zh-CN',
        text: prompt?.text ?? '',
        voice: prompt?.voice ?? undefined,
      })}
      body={(values) => ({ ...values, voice: values.voice ?? null })}
      panelTop={(prompt) => (
        <p>
          <ListenButton prompt={prompt} text={t('prompt.listen')} />
        </p>
      )}
      fields={(prompt, form) => (
        <>
          {prompt || !mayEdit ? null : <UploadPrompt />}
          <TextField
            name="name"
            label={t('common.name')}
            extra={t('prompt.nameHint')}
            required
            max={64}
            pattern={{ value: /^[A-Za-z0-9_-]+$/, message: t('prompt.namePattern') }}
          />
          <SpokenLanguageField name="language" label={t('shell.language')} />
          <Form.Item
            name="text"
            label={t('prompt.text')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={2000} showCount />
          </Form.Item>
          <Form.Item
            noStyle
            shouldUpdate={(before: Values, after: Values) => before.language !== after.language}
          >
            {() => (
              <Form.Item name="voice" label={t('prompt.voice')} extra={t('prompt.voiceHint')}>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={t('prompt.usualVoice')}
                  options={(voices.data ?? [])
                    .filter((voice) =>
                      sameTongue(voice.language, String(form.getFieldValue('language') ?? '')),
                    )
                    .map((voice) => ({ value: voice.id, label: voice.name }))}
                />
              </Form.Item>
            )}
          </Form.Item>
        </>
      )}
    />
  );
}

/** A voice that speaks Chinese serves both ways of writing it. */
function sameTongue(a: string, b: string): boolean {
  return a.split('-')[0] === b.split('-')[0];
}

function PromptDelete({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const confirmDelete = useConfirmDelete();
  return (
    <Button
      size="small"
      type="text"
      danger
      onClick={() =>
        confirmDelete(prompt.name, async () => {
          await api.delete(`/prompts/${prompt.id}`);
          await queryClient.invalidateQueries({ queryKey: ['/prompts'] });
        })
      }
    >
      {t('common.delete')}
    </Button>
  );
}

function UploadPrompt() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const report = useReportError();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const [form] = Form.useForm<{ name: string; language: string }>();
  const send = async ({ name, language }: { name: string; language: string }) => {
    if (!file) {
      message.warning(t('prompt.noFile'));
      return;
    }
    setBusy(true);
    const body = new FormData();
    body.append('name', name);
    body.append('language', language);
    body.append('file', file);
    try {
      await api.post('/prompts/upload', body);
      await queryClient.invalidateQueries({ queryKey: ['/prompts'] });
      message.success(t('common.saved'));
      setOpen(false);
    } catch (error) {
      report(error);
      form.setFields([{ name: 'name', errors: [errorText(error)] }]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button icon={<UploadOutlined />} onClick={() => setOpen(true)} style={{ marginBottom: 16 }}>
        {t('prompt.upload')}
      </Button>
      <Modal
        open={open}
        title={t('prompt.upload')}
        okText={t('common.save')}
        cancelText={t('common.cancel')}
        confirmLoading={busy}
        onCancel={() => setOpen(false)}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          onFinish={send}
          initialValues={{ language: 'zh-CN' }}
          component={false}
        >
          <TextField
            name="name"
            label={t('common.name')}
            extra={t('prompt.nameHint')}
            required
            max={64}
            pattern={{ value: /^[A-Za-z0-9_-]+$/, message: t('prompt.namePattern') }}
          />
          <SpokenLanguageField name="language" label={t('shell.language')} />
          <Form.Item label={t('prompt.file')} extra={t('prompt.fileHint')}>
            <Upload
              accept=".wav,audio/wav,audio/x-wav"
              maxCount={1}
              fileList={file ? [{ uid: '1', name: file.name } as UploadFile] : []}
              beforeUpload={(chosen) => {
                setFile(chosen);
                return false;
              }}
              onRemove={() => setFile(null)}
            >
              <Button icon={<UploadOutlined />}>{t('prompt.chooseFile')}</Button>
            </Upload>
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
