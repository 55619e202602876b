import { createPinia } from "pinia";
import { createApp } from "vue";
import "element-plus/theme-chalk/base.css";
import "./styles/tokens.css";
import "./styles/base.css";
import App from "./App.vue";
import { stack } from "./components/stack";
import { router } from "./router";
import { useSettings } from "./stores/settings";
import { i18n } from "./texts";

const app = createApp(App);
app.use(createPinia());
app.use(i18n);
app.directive("stack", stack);
// The words are there before the first page, or it would show their names.
void useSettings().ready.then(() => app.use(router).mount("#app"));
