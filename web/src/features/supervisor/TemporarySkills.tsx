import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useReportError } from '@/shared/components/errors';
import { useRight } from '@/shared/session/session';
import { GiveSkills } from '@/shared/skills/GiveSkills';
import { SkillHistory } from '@/shared/skills/SkillHistory';
import { untilWhen } from '@/shared/skills/temporary';

/** What one agent is asked for besides the regular skills; given and ended here, at once. */
export function TemporarySkills({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const mayGive = useRight('live.skills');
  const skills = useOptions('/skills');
  const [open, setOpen] = useState<'give' | 'history' | null>(null);
  const end = async (id: string) => {
    try {
      await api.post('/temporary-skills/end', { ids: [id] });
      message.success(t('temporary.count', { number: 1 }));
    } catch (error) {
      report(error);
    }
  };
  const running = agent.temporary_skills;
  return (
    <section data-testid="temporary-skills">
      <div className="hj-agent-card-line">
        <h3>{t('temporary.title')}</h3>
        <span>
          {mayGive ? (
            <Button size="small" type="text" onClick={() => setOpen('give')} data-testid="give">
              {t('temporary.give')}
            </Button>
          ) : null}
          <Button size="small" type="text" onClick={() => setOpen('history')} data-testid="history">
            {t('temporary.historyShort')}
          </Button>
        </span>
      </div>
      {running.map((one) => (
        <div key={one.id} className="hj-agent-card-line">
          <span>
            {skills.nameOf(one.skill_id)} <strong>{one.level === 0 ? t('temporary.away') : one.level}</strong>
          </span>
          <span className="hj-quiet">
            {t('temporary.untilWhen', { when: untilWhen(one, t('temporary.nextSignIn')) })}
            {mayGive ? (
              <Button size="small" type="link" onClick={() => void end(one.id)} data-testid="end-temporary">
                {t('temporary.end')}
              </Button>
            ) : null}
          </span>
        </div>
      ))}
      {open === 'give' ? (
        <GiveSkills
          title={t('temporary.titleOf', { name: agent.name })}
          agentIds={[agent.id]}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open === 'history' ? <SkillHistory agent={agent} onClose={() => setOpen(null)} /> : null}
    </section>
  );
}
