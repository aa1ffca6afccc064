import antd from 'antd/locale/zh_TW';
import 'dayjs/locale/zh-tw';
import texts from 'texts:zh-TW/desk';

export { antd, texts };
