import antd from 'antd/locale/en_US';
import texts from 'texts:en/desk';

export { antd, texts };
