import { PhoneOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Badge, Button, Collapse, Form, Input, Modal, Select, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { TestCallResult, Trunk, TrunkState, TrunkStateName } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useErrorText } from '@/shared/components/errors';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';
import './trunks.css';
import { useRight } from '@/shared/session/session';

type Values = Omit<Trunk, 'id' | 'has_password' | 'state'> & { password?: string };

const codecs = ['alaw', 'ulaw', 'opus', 'g722'];
const badge: Record<TrunkStateName, 'success' | 'error' | 'processing' | 'warning' | 'default'> = {
  up: 'success',
  down: 'error',
  registering: 'processing',
  rejected: 'error',
  unknown: 'default',
};

const fresh: Partial<Values> = {
  kind: 'address',
  port: 5060,
  transport: 'udp',
  match: [],
  codecs: ['alaw', 'ulaw'],
  max_channels: 30,
  inbound_number_format: 'as_is',
  called_number_in: 'auto',
  dtmf: 'auto',
  media_encryption: 'off',
  rtp_timeout_seconds: 60,
  qualify: true,
  enabled: true,
};

export function Trunks() {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.trunks');
  // Trunks belong to the machine room, not to a tenant's live view: their state is asked for while this page is open.
  const states = useQuery({
    queryKey: ['/trunks', 'state'],
    queryFn: () => api.get<(TrunkState & { id: string })[]>('/trunks/state'),
    refetchInterval: 5000,
  });
  return (
    <Catalogue<Trunk, Values>
      path="/trunks"
      testId="trunks"
      title={t('page.trunks')}
      lead={t('trunk.lead')}
      nameOf={(trunk) => trunk.name}
      emptyWhat={t('trunk.empty')}
      emptyHow={t('trunk.emptyHow')}
      mayEdit={mayEdit}
      width={560}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('live.state'),
          key: 'state',
          render: (_, trunk) => (
            <State trunk={trunk} state={states.data?.find((one) => one.id === trunk.id) ?? trunk.state} />
          ),
        },
        {
          title: t('trunk.host'),
          key: 'host',
          render: (_, trunk) => (
            <span className="hj-mono">
              {trunk.host.includes(':') ? `[${trunk.host}]` : trunk.host}:{trunk.port}/{trunk.transport}
            </span>
          ),
        },
        {
          title: t('trunk.kind'),
          dataIndex: 'kind',
          render: (kind: Trunk['kind']) => t(`trunk.kind_${kind}`),
        },
        { title: t('trunk.codecs'), dataIndex: 'codecs', render: (list: string[]) => list.join(', ') },
        {
          title: t('trunk.channels'),
          key: 'channels',
          align: 'right',
          render: (_, trunk) => {
            const used =
              states.data?.find((one) => one.id === trunk.id)?.channels ?? trunk.state?.channels ?? null;
            return t('trunk.used', { used: used ?? '–', of: trunk.max_channels });
          },
        },
      ]}
      rowActions={(trunk) => (mayEdit ? <TestCall trunk={trunk} /> : null)}
      values={(trunk) => {
        if (!trunk) return fresh;
        const { id, has_password: hasPassword, state, ...values } = trunk;
        return values;
      }}
      body={({ password, ...values }) => ({
        ...values,
        tls_authority: values.tls_authority?.trim() || null,
        username: values.username || null,
        caller_number: values.caller_number || null,
        national_prefix: values.national_prefix || null,
        country_code: values.country_code || null,
        match: values.match,
        // Left empty, the password stays as it was.
        ...(password ? { password } : {}),
      })}
      fields={(trunk) => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <ChoiceField
            name="kind"
            label={t('trunk.kind')}
            required
            options={(['address', 'registration'] as const).map((kind) => ({
              value: kind,
              label: t(`trunk.kind_${kind}`),
            }))}
          />
          <div className="hj-form-pair">
            <TextField name="host" label={t('trunk.host')} extra={t('trunk.hostHint')} required max={253} />
            <NumberField name="port" label={t('hardPhone.port')} min={1} max={65535} />
          </div>
          <ChoiceField
            name="transport"
            label={t('hardPhone.transport')}
            required
            options={[
              { value: 'udp', label: 'UDP' },
              { value: 'tcp', label: 'TCP' },
              { value: 'tls', label: t('trunk.transport_tls') },
            ]}
          />
          <TlsAuthority />
          <div className="hj-form-pair">
            <TextField name="username" label={t('hardPhone.user')} max={80} />
            <TextField
              name="password"
              label={t('signIn.password')}
              extra={trunk?.has_password ? t('trunk.passwordKept') : undefined}
              password
            />
          </div>
          <Form.Item name="match" label={t('trunk.match')} extra={t('trunk.matchHint')}>
            <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', ' ']} />
          </Form.Item>
          <ChoiceField
            name="codecs"
            label={t('trunk.codecs')}
            extra={t('trunk.codecsHint')}
            options={codecs.map((codec) => ({ value: codec, label: codec }))}
            multiple
            required
          />
          <div className="hj-form-pair">
            <NumberField name="max_channels" label={t('trunk.maxChannels')} min={1} max={10000} />
            <TextField name="caller_number" label={t('trunk.callerNumber')} max={32} />
          </div>
          <h3 className="hj-form-section">{t('trunk.numbers')}</h3>
          <ChoiceField
            name="inbound_number_format"
            label={t('trunk.format')}
            required
            options={(['as_is', 'e164', 'national'] as const).map((format) => ({
              value: format,
              label: t(`trunk.format_${format}`),
            }))}
          />
          <div className="hj-form-pair">
            <TextField name="country_code" label={t('trunk.countryCode')} max={4} />
            <TextField name="national_prefix" label={t('trunk.nationalPrefix')} max={4} />
          </div>
          <Collapse
            ghost
            styles={{ header: { paddingInline: 0 }, body: { paddingInline: 0 } }}
            items={[{ key: 'more', label: t('trunk.more'), children: <More />, forceRender: true }]}
          />
          <SwitchField name="enabled" label={t('trunk.enabled')} />
        </>
      )}
    />
  );
}

/** Shown with TLS alone; what was typed is kept while the transport is tried. */
function TlsAuthority() {
  const { t } = useTranslation();
  const tls = Form.useWatch<string | undefined>('transport') === 'tls';
  return (
    <Form.Item
      name="tls_authority"
      label={t('trunk.tlsAuthority')}
      extra={t('trunk.tlsAuthorityHint')}
      hidden={!tls}
    >
      <Input.TextArea rows={4} className="hj-mono" spellCheck={false} />
    </Form.Item>
  );
}

/** What only some carriers need. */
function More() {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceField
        name="called_number_in"
        label={t('trunk.calledNumberIn')}
        extra={t('trunk.calledNumberInHint')}
        required
        options={(['auto', 'request', 'p_called_party_id', 'to', 'diversion'] as const).map((place) => ({
          value: place,
          label: t(`trunk.calledNumberIn_${place}`),
        }))}
      />
      <ChoiceField
        name="dtmf"
        label={t('trunk.dtmf')}
        extra={t('trunk.dtmfHint')}
        required
        options={(['auto', 'rfc4733', 'inband', 'info'] as const).map((way) => ({
          value: way,
          label: t(`trunk.dtmf_${way}`),
        }))}
      />
      <ChoiceField
        name="media_encryption"
        label={t('trunk.encryption')}
        extra={t('trunk.encryptionHint')}
        required
        options={(['off', 'optional', 'required'] as const).map((how) => ({
          value: how,
          label: t(`trunk.encryption_${how}`),
        }))}
      />
      <NumberField
        name="rtp_timeout_seconds"
        label={t('trunk.rtpTimeout')}
        extra={t('trunk.rtpTimeoutHint')}
        min={0}
        max={3600}
        unit={t('common.seconds')}
      />
      <SwitchField name="qualify" label={t('trunk.qualify')} extra={t('trunk.qualifyHint')} />
    </>
  );
}

function State({ trunk, state }: { trunk: Trunk; state: TrunkState | null | undefined }) {
  const { t } = useTranslation();
  if (!trunk.enabled) return <Badge status="default" text={t('trunk.off')} />;
  const name = state?.state ?? 'unknown';
  return (
    <Tooltip title={state?.since ? t('trunk.since', { time: dateTime(state.since) }) : null}>
      <span data-testid="trunk-state" data-state={name}>
        <Badge status={badge[name]} text={t(`trunk.state_${name}`)} />
        {state?.detail ? <div className="hj-faint hj-trunk-detail">{state.detail}</div> : null}
      </span>
    </Tooltip>
  );
}

function TestCall({ trunk }: { trunk: Trunk }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [open, setOpen] = useState(false);
  const [number, setNumber] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<TestCallResult | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const close = () => {
    setOpen(false);
    setResult(null);
    setProblem(null);
  };
  const call = async () => {
    if (busy || number.trim() === '') return;
    setBusy(true);
    setResult(null);
    setProblem(null);
    try {
      setResult(
        await api.post<TestCallResult>(`/trunks/${trunk.id}/test-call`, {
          number: number.replace(/\s/g, ''),
        }),
      );
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        type="text"
        icon={<PhoneOutlined />}
        disabled={!trunk.enabled}
        onClick={() => setOpen(true)}
        data-testid="test-call"
      >
        {t('trunk.testCall')}
      </Button>
      <Modal
        open={open}
        title={t('trunk.testCallOn', { name: trunk.name })}
        onCancel={close}
        okText={t('trunk.call')}
        cancelText={t('common.close')}
        okButtonProps={{ disabled: number.trim() === '' }}
        confirmLoading={busy}
        onOk={call}
        destroyOnHidden
      >
        <p className="hj-quiet hj-modal-lead">{t('trunk.testCallLead')}</p>
        <Input
          autoFocus
          value={number}
          readOnly={busy}
          maxLength={40}
          aria-label={t('trunk.number')}
          placeholder={t('trunk.number')}
          onChange={(event) => setNumber(event.target.value)}
          onPressEnter={() => void call()}
        />
        {problem ? <Alert type="error" showIcon title={problem} style={{ marginTop: 12 }} /> : null}
        {result ? (
          <Alert
            style={{ marginTop: 12 }}
            type={result.ok ? 'success' : 'error'}
            showIcon
            title={t(result.ok ? 'trunk.callGood' : 'trunk.callBad', { time: duration(result.seconds) })}
            description={[
              result.sip_status === null ? null : `SIP ${String(result.sip_status)}`,
              result.detail,
            ]
              .filter(Boolean)
              .join(' · ')}
          />
        ) : null}
      </Modal>
    </>
  );
}
