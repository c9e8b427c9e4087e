import{p as r}from"./chunk-L5I54BB2.js";function n(t){return r("sql",[],{q:t})}export{n as a};
