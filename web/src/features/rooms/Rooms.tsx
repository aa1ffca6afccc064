import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Room } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { TextField } from '@/shared/catalogue/fields';
import { useRight } from '@/shared/session/session';

/** The rooms, each with its plan on which the seats are placed. */
export function Rooms() {
  const { t } = useTranslation();
  return (
    <Catalogue<Room, { name: string }>
      path="/rooms"
      testId="rooms"
      title={t('page.rooms')}
      lead={t('room.lead')}
      nameOf={(room) => room.name}
      emptyWhat={t('room.empty')}
      emptyHow={t('room.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        { title: t('room.plan'), key: 'plan', render: (_, room) => (room.plan ? t('common.yes') : '–') },
        { title: t('room.placed'), dataIndex: 'seats' },
      ]}
      values={(room) => ({ name: room?.name ?? '' })}
      fields={() => <TextField name="name" label={t('common.name')} required max={80} />}
      rowActions={(room) => (
        <Link to={`/admin/rooms/${room.id}`} data-testid="room-plan">
          <Button size="small">{t('room.placeSeats')}</Button>
        </Link>
      )}
    />
  );
}
