import antd from 'antd/locale/zh_CN';
import 'dayjs/locale/zh-cn';
import texts from '../zh-CN.json';

export { antd, texts };
