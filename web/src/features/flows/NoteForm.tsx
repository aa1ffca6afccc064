import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowNote } from './document';
import { longestNote } from './notes';

interface Props {
  note: FlowNote;
  editable: boolean;
  change: (text: string) => void;
  remove: () => void;
}

/** The chosen note's text. */
export function NoteForm({ note, editable, change, remove }: Props) {
  const { t } = useTranslation();
  return (
    <Form layout="vertical" disabled={!editable} className="hj-inspector" data-testid="note-form">
      <p className="hj-inspector-help hj-faint">{t('flow.noteHelp')}</p>
      <Form.Item label={t('flow.note')}>
        <Input.TextArea
          autoSize={{ minRows: 4 }}
          maxLength={longestNote}
          showCount
          autoFocus={note.text === ''}
          value={note.text}
          onChange={(event) => change(event.target.value)}
        />
      </Form.Item>
      {editable ? (
        <Button size="small" danger icon={<DeleteOutlined />} onClick={remove}>
          {t('common.delete')}
        </Button>
      ) : null}
    </Form>
  );
}
