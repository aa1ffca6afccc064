import antd from 'antd/locale/zh_CN';
import 'dayjs/locale/zh-cn';
import texts from 'texts:zh-CN/desk';

export { antd, texts };
