import antd from 'antd/locale/zh_TW';
import 'dayjs/locale/zh-tw';
import texts from '../zh-TW.json';

export { antd, texts };
