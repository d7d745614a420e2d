import { mount } from "svelte";
import App from "./App.svelte";
import { settings } from "./settings.svelte";
import "./style.css";

settings.start();
mount(App, { target: document.getElementById("app")! });
