export type Language = 'zh-CN' | 'zh-TW' | 'en';

export const languageNames: Record<Language, string> = {
  'zh-CN': '简体中文',
  'zh-TW': '繁體中文',
  en: 'English',
};

/** The language of these in which the page, or else the visitor's browser, would have it. */
export function languageFor(wish: string | null, offered: readonly Language[]): Language {
  for (const each of [wish ?? '', ...navigator.languages]) {
    const found: Language | null = /^zh-(TW|HK|MO|Hant)/i.test(each)
      ? 'zh-TW'
      : /^zh/i.test(each)
        ? 'zh-CN'
        : /^en/i.test(each)
          ? 'en'
          : null;
    if (found && offered.includes(found)) return found;
  }
  return offered[0] ?? 'zh-CN';
}

const zhCN = {
  open: '在线聊天',
  unread: (count: number) => `${count} 条未读消息`,
  minimise: '收起',
  language: '语言',
  begin: '开始聊天',
  required: '请填写',
  email: '请填写正确的邮箱地址',
  phone: '请填写正确的电话号码',
  waiting: '正在为您接入客服…',
  position: (place: number) => (place > 1 ? `排队中，您前面还有 ${place - 1} 位` : '排队中，下一位就是您'),
  automatic: '自动服务',
  talking: (name: string) => (name ? `客服 ${name} 正在为您服务` : '客服正在为您服务'),
  over: '本次聊天已结束',
  again: '重新开始',
  end: '结束聊天',
  endSure: '要结束本次聊天吗？',
  endYes: '结束',
  endNo: '继续聊天',
  messages: '聊天消息',
  write: '输入消息',
  send: '发送',
  attach: '发送文件',
  typing: '对方正在输入…',
  sending: '发送中…',
  unsent: '尚未发送，网络恢复后会自动发送',
  refused: '未发送',
  discard: '删除',
  seen: '已读',
  lost: '网络连接中断，正在重新连接…',
  you: '您',
  flow: '自动服务',
  download: '下载',
  downloadFailed: '文件暂时无法下载，请稍后再试',
  tooLarge: (most: number) => `文件不能超过 ${most} MB`,
  wrongType: (types: string) => `只能发送这些类型的文件：${types}`,
  failed: '暂时无法连接，请稍后再试',
  tooMany: (seconds: number) => `操作过于频繁，请在 ${seconds} 秒后再试`,
  notices: {
    agent_joined: (name: string) => `客服 ${name} 已接入`,
    agent_left: () => '客服已离开，正在为您重新安排',
    idle_warning: () => '您还在吗？长时间没有消息，聊天将自动结束',
    idle_closed: () => '长时间没有消息，聊天已自动结束',
    ended_by_agent: () => '客服结束了本次聊天',
    ended_by_visitor: () => '您结束了本次聊天',
    ended: () => '聊天已结束',
  } as Record<string, (name: string) => string>,
};

export type Texts = typeof zhCN;

const zhTW: Texts = {
  open: '線上聊天',
  unread: (count) => `${count} 則未讀訊息`,
  minimise: '收合',
  language: '語言',
  begin: '開始聊天',
  required: '請填寫',
  email: '請填寫正確的電子郵件',
  phone: '請填寫正確的電話號碼',
  waiting: '正在為您轉接客服專員…',
  position: (place) => (place > 1 ? `排隊中，您前面還有 ${place - 1} 位` : '排隊中，下一位就是您'),
  automatic: '自動服務',
  talking: (name) => (name ? `客服專員 ${name} 正在為您服務` : '客服專員正在為您服務'),
  over: '本次聊天已結束',
  again: '重新開始',
  end: '結束聊天',
  endSure: '要結束本次聊天嗎？',
  endYes: '結束',
  endNo: '繼續聊天',
  messages: '聊天訊息',
  write: '輸入訊息',
  send: '傳送',
  attach: '傳送檔案',
  typing: '對方正在輸入…',
  sending: '傳送中…',
  unsent: '尚未傳送，網路恢復後會自動傳送',
  refused: '未傳送',
  discard: '刪除',
  seen: '已讀',
  lost: '網路連線中斷，正在重新連線…',
  you: '您',
  flow: '自動服務',
  download: '下載',
  downloadFailed: '檔案暫時無法下載，請稍後再試',
  tooLarge: (most) => `檔案不能超過 ${most} MB`,
  wrongType: (types) => `只能傳送這些類型的檔案：${types}`,
  failed: '暫時無法連線，請稍後再試',
  tooMany: (seconds) => `操作過於頻繁，請在 ${seconds} 秒後再試`,
  notices: {
    agent_joined: (name) => `客服專員 ${name} 已加入`,
    agent_left: () => '客服專員已離開，正在為您重新安排',
    idle_warning: () => '您還在嗎？長時間沒有訊息，聊天將自動結束',
    idle_closed: () => '長時間沒有訊息，聊天已自動結束',
    ended_by_agent: () => '客服專員結束了本次聊天',
    ended_by_visitor: () => '您結束了本次聊天',
    ended: () => '聊天已結束',
  },
};

const en: Texts = {
  open: 'Chat with us',
  unread: (count) => (count === 1 ? '1 unread message' : `${count} unread messages`),
  minimise: 'Minimise',
  language: 'Language',
  begin: 'Start the chat',
  required: 'Please fill this in',
  email: 'Please enter a valid e-mail address',
  phone: 'Please enter a valid telephone number',
  waiting: 'Finding somebody for you…',
  position: (place) =>
    place === 1
      ? 'In the queue: you are next'
      : place === 2
        ? 'In the queue: 1 visitor before you'
        : `In the queue: ${place - 1} visitors before you`,
  automatic: 'Automatic service',
  talking: (name) => (name ? `${name} is with you` : 'An agent is with you'),
  over: 'This chat has ended',
  again: 'Start again',
  end: 'End the chat',
  endSure: 'End this chat?',
  endYes: 'End it',
  endNo: 'Go on',
  messages: 'Messages',
  write: 'Write a message',
  send: 'Send',
  attach: 'Send a file',
  typing: 'Typing…',
  sending: 'Sending…',
  unsent: 'Not sent yet; it will be as soon as the network is back',
  refused: 'Not sent',
  discard: 'Remove',
  seen: 'Seen',
  lost: 'No connection, connecting again…',
  you: 'You',
  flow: 'Automatic service',
  download: 'Download',
  downloadFailed: 'The file cannot be downloaded now, please try later',
  tooLarge: (most) => `A file may have ${most} MB at most`,
  wrongType: (types) => `Only files of these types can be sent: ${types}`,
  failed: 'There is no connection now, please try later',
  tooMany: (seconds) => `Too many attempts, please try again in ${seconds} seconds`,
  notices: {
    agent_joined: (name) => `${name} has joined`,
    agent_left: () => 'The agent has left; somebody else is being found for you',
    idle_warning: () => 'Are you still there? Without a message this chat will end',
    idle_closed: () => 'The chat has ended: there was no message for a while',
    ended_by_agent: () => 'The agent has ended the chat',
    ended_by_visitor: () => 'You have ended the chat',
    ended: () => 'The chat has ended',
  },
};

export const texts: Record<Language, Texts> = { 'zh-CN': zhCN, 'zh-TW': zhTW, en };
