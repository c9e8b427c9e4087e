//! The shell's words in simplified Chinese, where they are others than in traditional Chinese.
import type { Words } from "./en.ts";

export const zhHans: Partial<Words> = {
  skip: "跳到内容",
  menu: "菜单",
  groupRun: "运行",
  theme: "主题",
  themeSystem: "跟随系统",
  keyboardGo: "转到页面",
  keyboardClose: "关闭当前打开的内容",
  keyboardCopy: "复制单元格",
  loading: "加载中",
  reload: "重新加载",
  unreachable: "无法连接到服务器",
  brokenOff: "响应在结束前中断",
  notFoundHint: "请从导航中选择页面。",
  rows: "{rows} 行",
  chartSummary: "{title}：共 {points} 个点，从 {from} 到 {until}；最低 {low}，最高 {high}，最新 {last}。",
  sortUp: "升序",
  sortDown: "降序",
};
