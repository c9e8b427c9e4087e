import{p as r}from"./chunk-46HQTKHY.js";function n(t){return r("sql",[],{q:t})}export{n as a};
