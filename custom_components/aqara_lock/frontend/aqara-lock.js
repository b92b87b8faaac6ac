// Built from frontend/src by frontend/build.mjs; do not edit.
var st=globalThis,it=st.ShadowRoot&&(st.ShadyCSS===void 0||st.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,$t=Symbol(),ae=new WeakMap,Z=class{constructor(t,e,s){if(this._$cssResult$=!0,s!==$t)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=t,this.t=e}get styleSheet(){let t=this.o,e=this.t;if(it&&t===void 0){let s=e!==void 0&&e.length===1;s&&(t=ae.get(e)),t===void 0&&((this.o=t=new CSSStyleSheet).replaceSync(this.cssText),s&&ae.set(e,t))}return t}toString(){return this.cssText}},re=o=>new Z(typeof o=="string"?o:o+"",void 0,$t),m=(o,...t)=>{let e=o.length===1?o[0]:t.reduce((s,i,n)=>s+(r=>{if(r._$cssResult$===!0)return r.cssText;if(typeof r=="number")return r;throw Error("Value passed to 'css' function must be a 'css' function result: "+r+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(i)+o[n+1],o[0]);return new Z(e,o,$t)},ce=(o,t)=>{if(it)o.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let e of t){let s=document.createElement("style"),i=st.litNonce;i!==void 0&&s.setAttribute("nonce",i),s.textContent=e.cssText,o.appendChild(s)}},kt=it?o=>o:o=>o instanceof CSSStyleSheet?(t=>{let e="";for(let s of t.cssRules)e+=s.cssText;return re(e)})(o):o;var{is:hs,defineProperty:ds,getOwnPropertyDescriptor:ps,getOwnPropertyNames:us,getOwnPropertySymbols:_s,getPrototypeOf:ms}=Object,ot=globalThis,le=ot.trustedTypes,fs=le?le.emptyScript:"",gs=ot.reactiveElementPolyfillSupport,G=(o,t)=>o,bt={toAttribute(o,t){switch(t){case Boolean:o=o?fs:null;break;case Object:case Array:o=o==null?o:JSON.stringify(o)}return o},fromAttribute(o,t){let e=o;switch(t){case Boolean:e=o!==null;break;case Number:e=o===null?null:Number(o);break;case Object:case Array:try{e=JSON.parse(o)}catch{e=null}}return e}},de=(o,t)=>!hs(o,t),he={attribute:!0,type:String,converter:bt,reflect:!1,useDefault:!1,hasChanged:de};Symbol.metadata??=Symbol("metadata"),ot.litPropertyMetadata??=new WeakMap;var S=class extends HTMLElement{static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(t,e=he){if(e.state&&(e.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((e=Object.create(e)).wrapped=!0),this.elementProperties.set(t,e),!e.noAccessor){let s=Symbol(),i=this.getPropertyDescriptor(t,s,e);i!==void 0&&ds(this.prototype,t,i)}}static getPropertyDescriptor(t,e,s){let{get:i,set:n}=ps(this.prototype,t)??{get(){return this[e]},set(r){this[e]=r}};return{get:i,set(r){let h=i?.call(this);n?.call(this,r),this.requestUpdate(t,h,s)},configurable:!0,enumerable:!0}}static getPropertyOptions(t){return this.elementProperties.get(t)??he}static _$Ei(){if(this.hasOwnProperty(G("elementProperties")))return;let t=ms(this);t.finalize(),t.l!==void 0&&(this.l=[...t.l]),this.elementProperties=new Map(t.elementProperties)}static finalize(){if(this.hasOwnProperty(G("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(G("properties"))){let e=this.properties,s=[...us(e),..._s(e)];for(let i of s)this.createProperty(i,e[i])}let t=this[Symbol.metadata];if(t!==null){let e=litPropertyMetadata.get(t);if(e!==void 0)for(let[s,i]of e)this.elementProperties.set(s,i)}this._$Eh=new Map;for(let[e,s]of this.elementProperties){let i=this._$Eu(e,s);i!==void 0&&this._$Eh.set(i,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(t){let e=[];if(Array.isArray(t)){let s=new Set(t.flat(1/0).reverse());for(let i of s)e.unshift(kt(i))}else t!==void 0&&e.push(kt(t));return e}static _$Eu(t,e){let s=e.attribute;return s===!1?void 0:typeof s=="string"?s:typeof t=="string"?t.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(t=>this.enableUpdating=t),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(t=>t(this))}addController(t){(this._$EO??=new Set).add(t),this.renderRoot!==void 0&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}_$E_(){let t=new Map,e=this.constructor.elementProperties;for(let s of e.keys())this.hasOwnProperty(s)&&(t.set(s,this[s]),delete this[s]);t.size>0&&(this._$Ep=t)}createRenderRoot(){let t=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return ce(t,this.constructor.elementStyles),t}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(t=>t.hostConnected?.())}enableUpdating(t){}disconnectedCallback(){this._$EO?.forEach(t=>t.hostDisconnected?.())}attributeChangedCallback(t,e,s){this._$AK(t,s)}_$ET(t,e){let s=this.constructor.elementProperties.get(t),i=this.constructor._$Eu(t,s);if(i!==void 0&&s.reflect===!0){let n=(s.converter?.toAttribute!==void 0?s.converter:bt).toAttribute(e,s.type);this._$Em=t,n==null?this.removeAttribute(i):this.setAttribute(i,n),this._$Em=null}}_$AK(t,e){let s=this.constructor,i=s._$Eh.get(t);if(i!==void 0&&this._$Em!==i){let n=s.getPropertyOptions(i),r=typeof n.converter=="function"?{fromAttribute:n.converter}:n.converter?.fromAttribute!==void 0?n.converter:bt;this._$Em=i;let h=r.fromAttribute(e,n.type);this[i]=h??this._$Ej?.get(i)??h,this._$Em=null}}requestUpdate(t,e,s,i=!1,n){if(t!==void 0){let r=this.constructor;if(i===!1&&(n=this[t]),s??=r.getPropertyOptions(t),!((s.hasChanged??de)(n,e)||s.useDefault&&s.reflect&&n===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,s))))return;this.C(t,e,s)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(t,e,{useDefault:s,reflect:i,wrapped:n},r){s&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??e??this[t]),n!==!0||r!==void 0)||(this._$AL.has(t)||(this.hasUpdated||s||(e=void 0),this._$AL.set(t,e)),i===!0&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let t=this.scheduleUpdate();return t!=null&&await t,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[i,n]of this._$Ep)this[i]=n;this._$Ep=void 0}let s=this.constructor.elementProperties;if(s.size>0)for(let[i,n]of s){let{wrapped:r}=n,h=this[i];r!==!0||this._$AL.has(i)||h===void 0||this.C(i,void 0,n,h)}}let t=!1,e=this._$AL;try{t=this.shouldUpdate(e),t?(this.willUpdate(e),this._$EO?.forEach(s=>s.hostUpdate?.()),this.update(e)):this._$EM()}catch(s){throw t=!1,this._$EM(),s}t&&this._$AE(e)}willUpdate(t){}_$AE(t){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(t)),this.updated(t)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(t){return!0}update(t){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(t){}firstUpdated(t){}};S.elementStyles=[],S.shadowRootOptions={mode:"open"},S[G("elementProperties")]=new Map,S[G("finalized")]=new Map,gs?.({ReactiveElement:S}),(ot.reactiveElementVersions??=[]).push("2.1.2");var xt=globalThis,pe=o=>o,nt=xt.trustedTypes,ue=nt?nt.createPolicy("lit-html",{createHTML:o=>o}):void 0,vt="$lit$",q=`lit$${Math.random().toFixed(9).slice(2)}$`,At="?"+q,ys=`<${At}>`,H=document,Q=()=>H.createComment(""),X=o=>o===null||typeof o!="object"&&typeof o!="function",St=Array.isArray,$e=o=>St(o)||typeof o?.[Symbol.iterator]=="function",wt=`[ 	
\f\r]`,J=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,_e=/-->/g,me=/>/g,D=RegExp(`>|${wt}(?:([^\\s"'>=/]+)(${wt}*=${wt}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),fe=/'/g,ge=/"/g,ke=/^(?:script|style|textarea|title)$/i,qt=o=>(t,...e)=>({_$litType$:o,strings:t,values:e}),a=qt(1),ei=qt(2),si=qt(3),E=Symbol.for("lit-noChange"),c=Symbol.for("lit-nothing"),ye=new WeakMap,M=H.createTreeWalker(H,129);function be(o,t){if(!St(o)||!o.hasOwnProperty("raw"))throw Error("invalid template strings array");return ue!==void 0?ue.createHTML(t):t}var we=(o,t)=>{let e=o.length-1,s=[],i,n=t===2?"<svg>":t===3?"<math>":"",r=J;for(let h=0;h<e;h++){let l=o[h],p,$,d=-1,_=0;for(;_<l.length&&(r.lastIndex=_,$=r.exec(l),$!==null);)_=r.lastIndex,r===J?$[1]==="!--"?r=_e:$[1]!==void 0?r=me:$[2]!==void 0?(ke.test($[2])&&(i=RegExp("</"+$[2],"g")),r=D):$[3]!==void 0&&(r=D):r===D?$[0]===">"?(r=i??J,d=-1):$[1]===void 0?d=-2:(d=r.lastIndex-$[2].length,p=$[1],r=$[3]===void 0?D:$[3]==='"'?ge:fe):r===ge||r===fe?r=D:r===_e||r===me?r=J:(r=D,i=void 0);let u=r===D&&o[h+1].startsWith("/>")?" ":"";n+=r===J?l+ys:d>=0?(s.push(p),l.slice(0,d)+vt+l.slice(d)+q+u):l+q+(d===-2?h:u)}return[be(o,n+(o[e]||"<?>")+(t===2?"</svg>":t===3?"</math>":"")),s]},tt=class o{constructor({strings:t,_$litType$:e},s){let i;this.parts=[];let n=0,r=0,h=t.length-1,l=this.parts,[p,$]=we(t,e);if(this.el=o.createElement(p,s),M.currentNode=this.el.content,e===2||e===3){let d=this.el.content.firstChild;d.replaceWith(...d.childNodes)}for(;(i=M.nextNode())!==null&&l.length<h;){if(i.nodeType===1){if(i.hasAttributes())for(let d of i.getAttributeNames())if(d.endsWith(vt)){let _=$[r++],u=i.getAttribute(d).split(q),k=/([.?@])?(.*)/.exec(_);l.push({type:1,index:n,name:k[2],strings:u,ctor:k[1]==="."?rt:k[1]==="?"?ct:k[1]==="@"?lt:z}),i.removeAttribute(d)}else d.startsWith(q)&&(l.push({type:6,index:n}),i.removeAttribute(d));if(ke.test(i.tagName)){let d=i.textContent.split(q),_=d.length-1;if(_>0){i.textContent=nt?nt.emptyScript:"";for(let u=0;u<_;u++)i.append(d[u],Q()),M.nextNode(),l.push({type:2,index:++n});i.append(d[_],Q())}}}else if(i.nodeType===8)if(i.data===At)l.push({type:2,index:n});else{let d=-1;for(;(d=i.data.indexOf(q,d+1))!==-1;)l.push({type:7,index:n}),d+=q.length-1}n++}}static createElement(t,e){let s=H.createElement("template");return s.innerHTML=t,s}};function R(o,t,e=o,s){if(t===E)return t;let i=s!==void 0?e._$Co?.[s]:e._$Cl,n=X(t)?void 0:t._$litDirective$;return i?.constructor!==n&&(i?._$AO?.(!1),n===void 0?i=void 0:(i=new n(o),i._$AT(o,e,s)),s!==void 0?(e._$Co??=[])[s]=i:e._$Cl=i),i!==void 0&&(t=R(o,i._$AS(o,t.values),i,s)),t}var at=class{constructor(t,e){this._$AV=[],this._$AN=void 0,this._$AD=t,this._$AM=e}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(t){let{el:{content:e},parts:s}=this._$AD,i=(t?.creationScope??H).importNode(e,!0);M.currentNode=i;let n=M.nextNode(),r=0,h=0,l=s[0];for(;l!==void 0;){if(r===l.index){let p;l.type===2?p=new L(n,n.nextSibling,this,t):l.type===1?p=new l.ctor(n,l.name,l.strings,this,t):l.type===6&&(p=new ht(n,this,t)),this._$AV.push(p),l=s[++h]}r!==l?.index&&(n=M.nextNode(),r++)}return M.currentNode=H,i}p(t){let e=0;for(let s of this._$AV)s!==void 0&&(s.strings!==void 0?(s._$AI(t,s,e),e+=s.strings.length-2):s._$AI(t[e])),e++}},L=class o{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(t,e,s,i){this.type=2,this._$AH=c,this._$AN=void 0,this._$AA=t,this._$AB=e,this._$AM=s,this.options=i,this._$Cv=i?.isConnected??!0}get parentNode(){let t=this._$AA.parentNode,e=this._$AM;return e!==void 0&&t?.nodeType===11&&(t=e.parentNode),t}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(t,e=this){t=R(this,t,e),X(t)?t===c||t==null||t===""?(this._$AH!==c&&this._$AR(),this._$AH=c):t!==this._$AH&&t!==E&&this._(t):t._$litType$!==void 0?this.$(t):t.nodeType!==void 0?this.T(t):$e(t)?this.k(t):this._(t)}O(t){return this._$AA.parentNode.insertBefore(t,this._$AB)}T(t){this._$AH!==t&&(this._$AR(),this._$AH=this.O(t))}_(t){this._$AH!==c&&X(this._$AH)?this._$AA.nextSibling.data=t:this.T(H.createTextNode(t)),this._$AH=t}$(t){let{values:e,_$litType$:s}=t,i=typeof s=="number"?this._$AC(t):(s.el===void 0&&(s.el=tt.createElement(be(s.h,s.h[0]),this.options)),s);if(this._$AH?._$AD===i)this._$AH.p(e);else{let n=new at(i,this),r=n.u(this.options);n.p(e),this.T(r),this._$AH=n}}_$AC(t){let e=ye.get(t.strings);return e===void 0&&ye.set(t.strings,e=new tt(t)),e}k(t){St(this._$AH)||(this._$AH=[],this._$AR());let e=this._$AH,s,i=0;for(let n of t)i===e.length?e.push(s=new o(this.O(Q()),this.O(Q()),this,this.options)):s=e[i],s._$AI(n),i++;i<e.length&&(this._$AR(s&&s._$AB.nextSibling,i),e.length=i)}_$AR(t=this._$AA.nextSibling,e){for(this._$AP?.(!1,!0,e);t!==this._$AB;){let s=pe(t).nextSibling;pe(t).remove(),t=s}}setConnected(t){this._$AM===void 0&&(this._$Cv=t,this._$AP?.(t))}},z=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(t,e,s,i,n){this.type=1,this._$AH=c,this._$AN=void 0,this.element=t,this.name=e,this._$AM=i,this.options=n,s.length>2||s[0]!==""||s[1]!==""?(this._$AH=Array(s.length-1).fill(new String),this.strings=s):this._$AH=c}_$AI(t,e=this,s,i){let n=this.strings,r=!1;if(n===void 0)t=R(this,t,e,0),r=!X(t)||t!==this._$AH&&t!==E,r&&(this._$AH=t);else{let h=t,l,p;for(t=n[0],l=0;l<n.length-1;l++)p=R(this,h[s+l],e,l),p===E&&(p=this._$AH[l]),r||=!X(p)||p!==this._$AH[l],p===c?t=c:t!==c&&(t+=(p??"")+n[l+1]),this._$AH[l]=p}r&&!i&&this.j(t)}j(t){t===c?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,t??"")}},rt=class extends z{constructor(){super(...arguments),this.type=3}j(t){this.element[this.name]=t===c?void 0:t}},ct=class extends z{constructor(){super(...arguments),this.type=4}j(t){this.element.toggleAttribute(this.name,!!t&&t!==c)}},lt=class extends z{constructor(t,e,s,i,n){super(t,e,s,i,n),this.type=5}_$AI(t,e=this){if((t=R(this,t,e,0)??c)===E)return;let s=this._$AH,i=t===c&&s!==c||t.capture!==s.capture||t.once!==s.once||t.passive!==s.passive,n=t!==c&&(s===c||i);i&&this.element.removeEventListener(this.name,this,s),n&&this.element.addEventListener(this.name,this,t),this._$AH=t}handleEvent(t){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,t):this._$AH.handleEvent(t)}},ht=class{constructor(t,e,s){this.element=t,this.type=6,this._$AN=void 0,this._$AM=e,this.options=s}get _$AU(){return this._$AM._$AU}_$AI(t){R(this,t)}},xe={M:vt,P:q,A:At,C:1,L:we,R:at,D:$e,V:R,I:L,H:z,N:ct,U:lt,B:rt,F:ht},$s=xt.litHtmlPolyfillSupport;$s?.(tt,L),(xt.litHtmlVersions??=[]).push("3.3.3");var ve=(o,t,e)=>{let s=e?.renderBefore??t,i=s._$litPart$;if(i===void 0){let n=e?.renderBefore??null;s._$litPart$=i=new L(t.insertBefore(Q(),n),n,void 0,e??{})}return i._$AI(o),i};var Et=globalThis,O=class extends S{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let t=super.createRenderRoot();return this.renderOptions.renderBefore??=t.firstChild,t}update(t){let e=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(t),this._$Do=ve(e,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return E}};O._$litElement$=!0,O.finalized=!0,Et.litElementHydrateSupport?.({LitElement:O});var ks=Et.litElementPolyfillSupport;ks?.({LitElement:O});(Et.litElementVersions??=[]).push("4.2.2");var bs=["denied","user_changed"];var C=o=>`${o.lock_id} ${o.key}`;function Se(o,t){let e=new Map(t.initial?[]:o);for(let s of t.removed)e.delete(C(s));for(let s of t.lines)e.set(C(s),s);return e}function Tt(o){return[...o].sort((t,e)=>Date.parse(e.occurred_at)-Date.parse(t.occurred_at)||Ae(e.key)-Ae(t.key))}function Ae(o){return Number(/(\d+)$/.exec(o)?.[1]??0)}function qe(o,t){let e=new Map,s=Tt(o.values()).filter(i=>{let n=(e.get(i.lock_id)??0)+1;return e.set(i.lock_id,n),n<=t(i.lock_id)});return s.length===o.size?o:new Map(s.map(i=>[C(i),i]))}function x(o){return o.person??o.user_name}function Ot(o,t){let e=new Set;for(let s of o){let i=x(s);i&&e.add(i)}return[...e].sort((s,i)=>s.localeCompare(i,t))}function Ct(o){let t=["unlocked","unlatched"].includes(o.type??""),e=["auto","schedule"].includes(o.method??"");return t&&!e&&o.kind!=="attempt"&&!x(o)}function Pt(o){let t=[];for(let e of o){let s=t.length;for(;t[s-1]?.lines[0].type===e.type;)s-=1;let i=t.slice(s).find(n=>ws(n.lines.at(-1),e));i?i.lines.push(e):t.push({key:C(e),lines:[e]})}return t}function ws(o,t){return o!==void 0&&bs.includes(t.type??"")&&o.type===t.type&&o.lock_id===t.lock_id&&o.ecosystem===t.ecosystem&&x(o)===x(t)&&Date.parse(o.occurred_at)-Date.parse(t.occurred_at)<=6e5}function Ee(o,t){let e=new Intl.DateTimeFormat("en-CA",{timeZone:t,year:"numeric",month:"2-digit",day:"2-digit"}),s=[];for(let i of o){let n=e.format(new Date(i.lines[0].occurred_at)),r=s.at(-1);r?.date===n?r.groups.push(i):s.push({date:n,groups:[i]})}return s}function Te(o,t){let e=[...t].filter(i=>i!==void 0).map(i=>Date.parse(i));if(!e.length)return o;let s=Math.max(...e);return o.filter(i=>Date.parse(i.occurred_at)>=s)}var U="aqara_lock";function j(o,t,e){return o.localize(`component.${U}.common.${t}`,e)||""}function N(o,t,e){if(!e)return"";let s=`component.${U}.entity.event.activity.state_attributes`;return o.localize(`${s}.${t}.state.${e}`)||""}function Dt(o,t){return o.localize(`component.lock.entity_component._.state.${t}`)||o.localize(`state.default.${t}`)||t}async function Oe(o){await Promise.all([o.loadBackendTranslation("common",U),o.loadBackendTranslation("entity",U)])}async function Mt(o,t){return(await o.loadBackendTranslation("common",U))(`component.${U}.common.${t}`)}function et(o){return o.locale.time_zone==="server"?o.config.time_zone:void 0}function xs(o){let t=o.locale.time_format;return t==="12"?!0:t==="24"?!1:void 0}function Ce(o){return o.locale.time_format==="system"?void 0:o.locale.language}function Ht(o,t){return new Intl.DateTimeFormat(Ce(o),{hour:"numeric",minute:"2-digit",hour12:xs(o),timeZone:et(o)}).format(new Date(t))}function Pe(o,t,e){let s=new Intl.DateTimeFormat("en-CA",{timeZone:et(o),year:"numeric",month:"2-digit",day:"2-digit"});return t===s.format(e)?j(o,"today"):t===s.format(new Date(e.getTime()-864e5))?j(o,"yesterday"):new Intl.DateTimeFormat(o.locale.language,{weekday:"long",day:"numeric",month:"long",timeZone:"UTC"}).format(new Date(`${t}T12:00:00Z`))}function v(o,t,e){let s=new Intl.DateTimeFormat(Ce(o),{day:"numeric",month:"short",timeZone:et(o)}),i=Ht(o,t),n=s.format(new Date(t));return n===s.format(e)?i:`${n}, ${i}`}function dt(o){let t=[],e=/\*\*(.+?)\*\*|\[([^\]]+)\]\(((?:\/|https:\/\/)[^)\s]*)\)/g,s=0;for(let i of o.matchAll(e))i.index>s&&t.push({text:o.slice(s,i.index)}),t.push(i[1]?{text:i[1],bold:!0}:{text:i[2],url:i[3]}),s=i.index+i[0].length;return s<o.length&&t.push({text:o.slice(s)}),t}function De(o){let t=o.replace(/\*\*[^*]*:\*\*\s*/g,"").replaceAll("*",""),e=t.search(/[.!?。](\s|$)/);return e<0?t:t.slice(0,e+1)}var He=50,vs=50,Re=5e3,ze=new WeakMap;function Le(o){let t=ze.get(o.connection);return t||ze.set(o.connection,t=new Rt(o)),t}var Rt=class{constructor(t){this._hass=t,this._listeners=new Set,this._ends=[],this._endHistory=void 0,this._generation=0,this._history=0,this._retry=void 0,this._isPlanned=!1,this.phase="waiting",this.hasWords=!1,this.health=void 0,this.locks=[],this.lines=new Map,this.hasHistory=!1,this.exhausted=new Set,this._wanted=new Map}listen(t,e){return this._hass=t,this._listeners.add(e),this._listeners.size===1&&this._start(),()=>{this._listeners.delete(e),this._listeners.size||this._stop()}}lockOf(t){return this.locks.find(e=>e.entity_ids.lock===t)}healthOf(t){return this.health?.locks.find(e=>e.lock_id===t)}linesOf(t){return Tt([...this.lines.values()].filter(e=>t(e.lock_id)))}knownFrom(t){if(this.exhausted.has(t))return;let e=this.linesOf(s=>s===t);return e.length<He?void 0:e.at(-1)?.occurred_at}async loadMore(t){let e=this.linesOf(h=>h===t),s=e.at(-1);if(!s||this.exhausted.has(t))return;let i=this._history,n=await this._hass.callWS({type:"aqara_lock/activity/list",lock_id:t,before:s.key,limit:vs});if(i!==this._history)return;this._wanted.set(t,e.length+n.lines.length+100),n.has_more||this.exhausted.add(t);let r=new Map(this.lines);for(let h of n.lines)r.set(C(h),h);this.lines=r,this._changed()}_start(){let t=++this._generation,e=this._hass.connection,s=()=>this._loadLocks();e.addEventListener("ready",s),this._ends.push(()=>e.removeEventListener("ready",s)),Oe(this._hass).then(()=>{this.hasWords=!0,this._changed()},i=>console.warn("Aqara Lock: texts could not be loaded",i)),this._followHealth(t)}_stop(){this._generation++,clearTimeout(this._retry);for(let t of this._ends)t();this._ends=[],this._stopHistory(),this.phase="waiting",this.health=void 0}async _followHealth(t){try{let e=await this._hass.connection.subscribeMessage(s=>{t===this._generation&&this._healthChanged(s)},{type:"aqara_lock/health/subscribe"});if(t!==this._generation)return void e();this._ends.push(()=>{e()})}catch{if(t!==this._generation)return;this.phase="missing",this._changed(),this._retry=setTimeout(()=>this._followHealth(t),Re)}}_healthChanged(t){let e=n=>n?.locks.map(r=>r.lock_id+(r.entity_id??"")+r.name).join(),s=e(t)!==e(this.health),i=this.health?.loaded;this.health=t,this.phase=t.loaded?"ready":"missing",t.loaded?i||this._followHistory():this._stopHistory(),t.loaded&&(s||!i)&&this._loadLocks(),this._changed()}async _loadLocks(){let t=this._generation;try{let e=await this._hass.callWS({type:"aqara_lock/locks"});if(t!==this._generation)return;this.locks=e.locks,this._changed()}catch{}}async _followHistory(){let t=++this._history;try{let e=await this._hass.connection.subscribeMessage(s=>{t===this._history&&this._historyChanged(s)},{type:"aqara_lock/activity/subscribe",limit:He});if(t!==this._history)return void e();this._endHistory=()=>{e()}}catch{t===this._history&&this.health?.loaded&&(this._retry=setTimeout(()=>this._followHistory(),Re))}}_stopHistory(){this._history++,this._endHistory?.(),this._endHistory=void 0,this.lines=new Map,this.hasHistory=!1,this.exhausted.clear(),this._wanted.clear()}_historyChanged(t){t.initial&&(this.exhausted.clear(),this._wanted.clear()),this.hasHistory=!0;let e=Se(this.lines,t);this.lines=qe(e,s=>this._wanted.get(s)??100),this.lines!==e&&this.exhausted.clear(),this._changed()}_changed(){this._isPlanned||(this._isPlanned=!0,queueMicrotask(()=>{this._isPlanned=!1;for(let t of[...this._listeners])t()}))}};function f(o,t){customElements.get(o)||customElements.define(o,t)}function T(o,t,e={}){o.dispatchEvent(new CustomEvent(t,{detail:e,bubbles:!0,composed:!0}))}function zt(o){history.pushState(null,"",o),T(window,"location-changed",{replace:!1})}function b(o){let t=o.currentTarget.getAttribute("href");!t?.startsWith("/")||o.ctrlKey||o.metaKey||o.shiftKey||(o.preventDefault(),zt(t))}function w(o){return dt(o).map(t=>t.url?a`<a href=${t.url} @click=${b}>${t.text}</a>`:t.bold?a`<strong>${t.text}</strong>`:t.text)}var g=class extends O{static properties={hass:{attribute:!1}};constructor(){super(),this.hass=void 0,this._store=void 0,this._leave=void 0,this._seen=[]}connectedCallback(){super.connectedCallback(),this._follow()}disconnectedCallback(){super.disconnectedCallback(),this._leave?.(),this._leave=this._store=void 0}_follow(){!this.hass||this._leave||!this.isConnected||(this._store=Le(this.hass),this._leave=this._store.listen(this.hass,()=>this.requestUpdate("_store")))}shouldUpdate(t){if(this._follow(),!this.hass)return!1;if([...t.keys()].some(i=>i!=="hass"))return this._seen=this._watched(this.hass),!0;let e=this._watched(this.hass),s=e.length===this._seen.length&&e.every((i,n)=>i===this._seen[n]);return this._seen=e,!s}_watched(t){return[t.language,t.locale,t.connected,t.localize,...this._states(t)]}_states(t){return[]}_say(t,e){return this.hass?j(this.hass,t,e):""}};var y=m`:host{color:var(--primary-text-color);font-family:var(--ha-font-family-body, inherit);-webkit-font-smoothing:antialiased}button,select,a.button{box-sizing:border-box;min-height:40px;padding:8px 16px;border:1px solid var(--divider-color);border-radius:20px;background:none;color:var(--primary-text-color);font:inherit;font-size:14px;font-weight:500;text-decoration:none;cursor:pointer}label{display:flex;flex-direction:column;gap:4px;font-size:14px}input:not([type=checkbox]),label select{box-sizing:border-box;width:100%;min-width:0;min-height:40px;padding:8px 12px;border:1px solid var(--secondary-text-color);border-radius:8px;background:var(--card-background-color, #fff);color:var(--primary-text-color);color-scheme:inherit;font:inherit}button.plain{padding:8px;border-color:transparent;color:var(--primary-text-color)}button.main{border-color:transparent;background:var(--primary-text-color);color:var(--card-background-color, #fff)}button[disabled]{opacity:.5;cursor:default}:focus-visible{outline:2px solid var(--primary-color);outline-offset:2px}ha-icon{flex:none}.quiet{color:var(--secondary-text-color)}.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center}.hidden{position:absolute;overflow:hidden;width:1px;height:1px;clip-path:inset(50%);white-space:nowrap}h2,h3,p,ol,ul{margin:0;padding:0}h2,p,span{unicode-bidi:plaintext}ol,ul{list-style:none}@media(prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}`;function B(o,t,e){let s=new Set(e?.locks.filter(n=>!n.responsive).map(n=>n.lock_id)),i={total:o.length,locked:0,open:[],silent:[],jammed:[]};for(let n of o){let r=t[n.entity_ids.lock]?.state;s.has(n.lock_id)?i.silent.push(n.name):r==="locked"?i.locked+=1:r==="jammed"?i.jammed.push(n.name):i.open.push(n.name)}return i}function I(o){let{total:t,locked:e,open:s,silent:i,jammed:n}=o;return t?n.length?["sum_jammed",{doors:n.join(", ")}]:i.length?["sum_silent",{doors:i.join(", ")}]:s.length?["sum_open",{doors:s.join(", ")}]:[t===1?"sum_one":"sum_all",{count:e}]:["sum_none",{}]}function W(o){return o.jammed.length||o.silent.length?"error":o.open.length?"warning":"ok"}var As={ok:"mdi:shield-lock",warning:"mdi:lock-open-variant",error:"mdi:lock-alert"},Lt=class extends g{static properties={hass:{attribute:!1},_config:{state:!0}};constructor(){super(),this._config=void 0}setConfig(t){this._config=t}static getStubConfig(){return{}}static getConfigForm(){return{schema:[{name:"navigation_path",selector:{navigation:{}}}],computeLabel:(t,e)=>e(`component.aqara_lock.common.option_${t.name}`)||t.name}}_states(t){return this._store?.locks.map(e=>t.states[e.entity_ids.lock])??[]}render(){let t=this._store,e=this.hass;if(!t?.hasWords||!e||t.phase==="waiting")return c;let s=B(t.locks,e.states,t.health),i=t.phase==="missing"?"error":W(s),n=t.phase==="missing"?this._say("not_running"):this._say(...I(s));return a`<button class=${i} @click=${this._go}>
<ha-icon .icon=${As[i]}></ha-icon><span role="status">${n}</span>
</button>`}_go(){let t=this._config?.navigation_path??(this.hass?.user?.is_admin?"/aqara-lock":"");t&&zt(t)}static styles=[y,m`button{display:flex;gap:8px;align-items:center;min-height:var(--ha-badge-size, 36px);padding:4px 16px 4px 12px;padding-inline:12px 16px;background:var(--ha-card-background, var(--card-background-color));border-color:var(--ha-card-border-color, var(--divider-color));--mdc-icon-size: 20px}.ok ha-icon{color:var(--success-color)}.warning ha-icon{color:var(--warning-color)}.error ha-icon{color:var(--error-color)}`]};f("aqara-lock-badge",Lt);var Ss=["unlocked","unlatched"],Ut=class extends g{static properties={hass:{attribute:!1},context:{attribute:!1},stateObj:{attribute:!1},_config:{state:!0}};constructor(){super(),this.context=void 0,this.stateObj=void 0,this._config=void 0}setConfig(t){this._config=t}static getStubConfig(){return{type:"custom:aqara-lock-who"}}get _entity(){return this.context?.entity_id??this.stateObj?.entity_id}render(){let t=this._store?.lockOf(this._entity);if(!t||!this._store?.hasHistory)return c;let e=this._store.linesOf(s=>s===t.lock_id).find(s=>Ss.includes(s.type??"")&&s.kind!=="attempt");return a`<div class="who"><span class="said">${e?this._said(e):this._say("nothing_yet")}</span></div>`}_said(t){let e=this.hass,s=[x(t)??t.ecosystem??this._say("not_told"),t.method==="unknown"?"":N(e,"method",t.method),v(e,t.occurred_at,new Date)];return a`<span class="hidden">${this._say("last_unlocked_by")}</span>${s.filter(Boolean).join(" · ")}`}static styles=[y,m`.who{display:flex;align-items:center;justify-content:center;box-sizing:border-box;min-height:var(--feature-height, 42px);padding-inline:12px;border-radius:var(--feature-border-radius, 12px);background:color-mix(in srgb,var(--tile-color, var(--primary-color)) 16%,transparent);font-size:14px;font-weight:500;text-align:center}.said{overflow:hidden;white-space:nowrap;text-overflow:ellipsis}`]};f("aqara-lock-who",Ut);var qs=1,Es=["locking","unlocking","opening"],Ts={locked:"mdi:lock",unlocked:"mdi:lock-open-variant",open:"mdi:door-open",jammed:"mdi:lock-alert",locking:"mdi:lock-clock",unlocking:"mdi:lock-clock",opening:"mdi:lock-clock"};async function Os(o,t){if(!t.attributes.code_format)return!1;try{return!(await o.callWS({type:"config/entity_registry/get",entity_id:t.entity_id})).options?.lock?.default_code}catch{return!0}}var jt=class extends g{static properties={hass:{attribute:!1},entity:{attribute:!1},name:{attribute:!1},confirm:{attribute:!1},_asked:{state:!0},_isRemedyShown:{state:!0}};constructor(){super(),this.entity=void 0,this.name=void 0,this.confirm=!0,this._asked=void 0,this._isRemedyShown=!1}_states(t){return[this.entity&&t.states[this.entity]]}get _state(){return this.entity?this.hass?.states[this.entity]:void 0}get _health(){let t=this._store?.lockOf(this.entity);return t&&this._store?.healthOf(t.lock_id)}render(){let t=this._state,e=this._health;if(!t)return a`<p class="quiet">${this._say("no_such_lock")}</p>`;let s=e!==void 0&&!e.responsive;return a`
<div class="head">
<button
class="plain icon ${s?"silent":t.state}"
aria-label=${this._say("more_about",{name:this._name(t)})}
@click=${this._more}
>
<ha-icon .icon=${s?"mdi:lock-question":Ts[t.state]??"mdi:lock-question"}></ha-icon>
</button>
<div class="texts">
<h2>${this._name(t)}</h2>
<p class="state" aria-live="polite">${this._sentence(t,e)}</p>
</div>
${this._asked?c:this._actions(t)}
</div>
${this._asked?this._question(t):c}
${s&&e?this._alarm(e):c}
`}_name(t){return this.name||t.attributes.friendly_name||t.entity_id}_sentence(t,e){let s=this.hass;if(e&&!e.responsive){let n=t.attributes.last_known_state,r=e.checking?this._say("being_checked"):this._say("does_not_answer");return n?`${r} · ${this._say("last_known",{state:Dt(s,n)})}`:r}let i=[Dt(s,t.state)];return t.attributes.changed_by&&i.push(t.attributes.changed_by),["unknown","unavailable"].includes(t.state)||i.push(v(s,t.last_changed,new Date)),i.join(" · ")}_actions(t){let s=Es.includes(t.state)||t.state==="unavailable"||!this.hass?.connected,i=t.state==="locked"?["unlock"]:["lock"];return["unknown","jammed"].includes(t.state)&&i.push("unlock"),t.attributes.supported_features&qs&&t.state!=="open"&&i.push("open"),a`<div class="row actions">
${i.map(n=>a`<button data-action=${n} ?disabled=${s} @click=${()=>this._choose(n)}>
${this._say(n)}
</button>`)}
</div>`}_question(t){let e=this._asked;return a`<div
class="question row"
role="group"
aria-label=${this._say(`${e}_question`,{name:this._name(t)})}
@keydown=${s=>s.key==="Escape"&&this._cancel()}
>
<span class="grow">${this._say(`${e}_question`,{name:this._name(t)})}</span>
<span class="row">
<button data-action="cancel" @click=${this._cancel}>${this._say("cancel")}</button>
<button class="main" data-action="yes" @click=${()=>this._act(e)}>${this._say(e)}</button>
</span>
</div>`}_alarm(t){let e=this.hass,s=t.findings.find(i=>i.severity==="error");return a`<div class="alarm" role="alert">
<ha-icon icon="mdi:lan-disconnect"></ha-icon>
<div class="grow">
<strong>${s?.title??this._say("lock_silent")}</strong>
${t.since?a`<p class="since">${this._say("since",{time:v(e,t.since,new Date)})}</p>`:c}
<p>${w(s?De(s.remedy):this._say("lock_silent_first"))}</p>
<p class="still">${this._say("still_works")}</p>
${s?this._remedy(s):c}
</div>
</div>`}_remedy(t){return this._isRemedyShown?a`<p class="remedy">${w(t.remedy)}</p>
${this.hass?.user?.is_admin?a`<a class="button" href="/config/repairs" @click=${b}>${this._say("open_repairs")}</a>`:c}`:a`<button data-action="remedy" aria-expanded="false" @click=${()=>this._isRemedyShown=!0}>
${this._say("show_remedy")}
</button>`}_more(){T(this,"hass-more-info",{entityId:this.entity})}async _choose(t){let e=this._state;if(!(!e||!this.hass)){if(await Os(this.hass,e))return this._more();this.confirm&&t!=="lock"?(this._asked=t,await this.updateComplete,this.renderRoot.querySelector("[data-action=yes]")?.focus()):this._act(t)}}async _cancel(){let t=this._asked;this._asked=void 0,await this.updateComplete,this.renderRoot.querySelector(`[data-action=${t}]`)?.focus()}async _act(t){this._asked=void 0;try{await this.hass?.callService("lock",t,{},{entity_id:this.entity})}catch{}}static styles=[y,m`:host{display:block}.head{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center}button.icon{padding:0;display:grid;place-items:center;width:44px;height:44px;border-radius:50%;color:var(--state-lock-unlocked-color, var(--warning-color));background:color-mix(in srgb,currentColor 18%,transparent)}button.icon.locked{color:var(--state-lock-locked-color, var(--success-color))}button.icon.jammed,button.icon.silent{color:var(--error-color)}button.icon.unknown,button.icon.unavailable{color:var(--secondary-text-color)}.texts{flex:1 1 140px;min-width:0}h2{overflow-wrap:anywhere;font-size:16px;font-weight:500;line-height:22px}.state{color:var(--secondary-text-color);font-size:14px;line-height:20px}.grow{flex:1 1 160px;min-width:0}.question>.row{margin-inline-start:auto}.question{margin-block-start:12px;padding:8px 12px;border-radius:12px;background:var(--secondary-background-color)}.alarm{display:flex;gap:12px;margin-block-start:12px;padding:12px;border:1px solid var(--error-color);border-radius:12px;background:color-mix(in srgb,var(--error-color) 12%,transparent)}.alarm ha-icon{color:var(--error-color)}.alarm p{margin-block-start:4px}.since,.still{color:var(--secondary-text-color);font-size:14px}.alarm .remedy{white-space:pre-line}.alarm .button,.alarm button{display:inline-block;margin-block-start:8px}`]};f("aqara-lock-door",jt);var Ue={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},je=o=>(...t)=>({_$litDirective$:o,values:t}),pt=class{constructor(t){}get _$AU(){return this._$AM._$AU}_$AT(t,e,s){this._$Ct=t,this._$AM=e,this._$Ci=s}_$AS(t,e){return this.update(t,e)}update(t,e){return this.render(...e)}};var{I:Cs}=xe,Ne=o=>o;var Be=()=>document.createComment(""),F=(o,t,e)=>{let s=o._$AA.parentNode,i=t===void 0?o._$AB:t._$AA;if(e===void 0){let n=s.insertBefore(Be(),i),r=s.insertBefore(Be(),i);e=new Cs(n,r,o,o.options)}else{let n=e._$AB.nextSibling,r=e._$AM,h=r!==o;if(h){let l;e._$AQ?.(o),e._$AM=o,e._$AP!==void 0&&(l=o._$AU)!==r._$AU&&e._$AP(l)}if(n!==i||h){let l=e._$AA;for(;l!==n;){let p=Ne(l).nextSibling;Ne(s).insertBefore(l,i),l=p}}}return e},P=(o,t,e=o)=>(o._$AI(t,e),o),Ps={},Ie=(o,t=Ps)=>o._$AH=t,We=o=>o._$AH,ut=o=>{o._$AR(),o._$AA.remove()};var Fe=(o,t,e)=>{let s=new Map;for(let i=t;i<=e;i++)s.set(o[i],i);return s},V=je(class extends pt{constructor(o){if(super(o),o.type!==Ue.CHILD)throw Error("repeat() can only be used in text expressions")}dt(o,t,e){let s;e===void 0?e=t:t!==void 0&&(s=t);let i=[],n=[],r=0;for(let h of o)i[r]=s?s(h,r):r,n[r]=e(h,r),r++;return{values:n,keys:i}}render(o,t,e){return this.dt(o,t,e).values}update(o,[t,e,s]){let i=We(o),{values:n,keys:r}=this.dt(t,e,s);if(!Array.isArray(i))return this.ut=r,n;let h=this.ut??=[],l=[],p,$,d=0,_=i.length-1,u=0,k=n.length-1;for(;d<=_&&u<=k;)if(i[d]===null)d++;else if(i[_]===null)_--;else if(h[d]===r[u])l[u]=P(i[d],n[u]),d++,u++;else if(h[_]===r[k])l[k]=P(i[_],n[k]),_--,k--;else if(h[d]===r[k])l[k]=P(i[d],n[k]),F(o,l[k+1],i[d]),d++,k--;else if(h[_]===r[u])l[u]=P(i[_],n[u]),F(o,i[d],i[_]),_--,u++;else if(p===void 0&&(p=Fe(r,u,k),$=Fe(h,d,_)),p.has(h[d]))if(p.has(h[_])){let A=$.get(r[u]),yt=A!==void 0?i[A]:null;if(yt===null){let ne=F(o,i[d]);P(ne,n[u]),l[u]=ne}else l[u]=P(yt,n[u]),F(o,i[d],yt),i[A]=null;u++}else ut(i[_]),_--;else ut(i[d]),d++;for(;u<=k;){let A=F(o,l[k+1]);P(A,n[u]),l[u++]=A}for(;d<=_;){let A=i[d++];A!==null&&ut(A)}return this.ut=r,Ie(o,l),E}});var Ds={pin:"mdi:dialpad",fingerprint:"mdi:fingerprint",finger_vein:"mdi:hand-back-right",face:"mdi:face-recognition",tag:"mdi:nfc-variant",digital_key:"mdi:cellphone-nfc",manual:"mdi:key-variant",button:"mdi:gesture-tap-button",auto:"mdi:lock-clock",schedule:"mdi:calendar-clock",remote:"mdi:cellphone",app:"mdi:cellphone"},Ms={denied:"mdi:account-cancel",jammed:"mdi:lock-alert",forced_open:"mdi:alert-octagon",tampered:"mdi:alert-octagon",wrong_code_limit:"mdi:alert-octagon",door_ajar:"mdi:door-open",door_opened:"mdi:door-open",door_closed:"mdi:door-closed",factory_reset:"mdi:restore-alert",user_changed:"mdi:account-edit"},Hs=["jammed","forced_open","tampered","wrong_code_limit","factory_reset"],Rs=["reported","matched"],Nt=class extends g{static properties={hass:{attribute:!1},locks:{attribute:!1},rows:{attribute:!1},_person:{state:!0},_open:{state:!0},_asked:{state:!0},_pages:{state:!0},_isLoading:{state:!0}};constructor(){super(),this.locks=void 0,this.rows=10,this._person="",this._open=void 0,this._asked=void 0,this._pages=0,this._isLoading=!1}_states(t){return[...new Set(this._store?.linesOf(()=>!0).map(s=>s.person_entity))].map(s=>s&&t.states[s])}get _ids(){return this.locks??this._store?.locks.map(t=>t.lock_id)??[]}get _known(){let t=this._store;if(!t)return[];let e=new Set(this._ids),s=t.linesOf(i=>e.has(i));return Te(s,[...e].map(i=>t.knownFrom(i)))}render(){let t=this._store;if(!t?.hasHistory)return a`<p class="quiet">${this._say("loading")}</p>`;let e=this.hass,s=this._known,i=Ot(s,e.language),n=i.includes(this._person)?this._person:"",r=Pt(n?s.filter(p=>x(p)===n):s),h=r.slice(0,this.rows+this._pages*50),l=h.length<r.length||this._ids.some(p=>t.knownFrom(p));return a`
<div class="row bar">
<h3 class="grow">${this._say("who_title")}</h3>
${i.length>1?this._filter(i,n):c}
</div>
${h.length?c:a`<p class="quiet">${this._say("nothing_yet")}</p>`}
${V(Ee(h,et(e)),p=>p.date,p=>this._day(p))}
${l?a`<button class="more" ?disabled=${this._isLoading} @click=${this._more}>
${this._say("load_more")}
</button>`:c}
`}_filter(t,e){return a`<select
aria-label=${this._say("filter")}
@change=${s=>this._person=s.target.value}
>
<option value="" ?selected=${!e}>${this._say("everybody")}</option>
${t.map(s=>a`<option value=${s} ?selected=${s===e}>${s}</option>`)}
</select>`}_day(t){let e=this.hass;return a`<section>
<h4>${Pe(e,t.date,new Date)}</h4>
<ol>
${V(t.groups,s=>s.key,s=>this._group(s))}
</ol>
</section>`}_group(t){let[e]=t.lines;if(e.kind==="gap")return this._gap(e);if(t.lines.length===1)return this._line(e);let s=this._open===t.key,i=e.type==="denied"?"refused_times":"changed_times";return a`<li class=${e.type}>
${this._entry(e,this._say(i,{count:t.lines.length}),a`<button
class="plain"
aria-expanded=${s}
@click=${()=>this._open=s?void 0:t.key}
>
${this._say(s?"fold":"unfold")}
</button>`)}
${s?a`<ol class="inner">${t.lines.map(n=>this._line(n))}</ol>`:c}
</li>`}_gap(t){let e=this.hass,s=new Date,i=t.until?v(e,t.until,s):this._say("now");return a`<li class="gap" data-key=${t.key}>
<span class="times">${v(e,t.occurred_at,s)} – ${i}</span>
<span>${this._door(t)}${t.sentence}</span>
</li>`}_line(t){let e=C(t),i=Ct(t)&&this._lock(t)?.may_assign?a`<button class="plain ask" aria-expanded=${this._asked===e} @click=${()=>this._asked=this._asked===e?void 0:e}>
${this._say("who_was_this")}
</button>`:c,n=Hs.includes(t.type??"");return a`<li class=${n?"alarm":t.type??""} data-key=${t.key}>
${this._entry(t,void 0,i)} ${this._asked===e?this._people(t):c}
</li>`}_entry(t,e,s){let i=this.hass,n=x(t),r=[this._door(t),t.method&&t.method!=="unknown"?N(i,"method",t.method):"",t.ecosystem??"",t.confidence&&!Rs.includes(t.confidence)&&t.confidence!=="unknown"?N(i,"confidence",t.confidence):""].filter(Boolean);return a`<div class="entry">
${this._picture(t)}
<div class="texts">
<span class="what">${n?a`<strong>${n}</strong> · `:c}${e??this._what(t)}</span>
<span class="facts">${r.join(" · ")}</span>
</div>
<time dir="auto" datetime=${t.occurred_at}>${Ht(i,t.occurred_at)}</time>
${s}
</div>`}_what(t){let e=this.hass;if(t.kind==="attempt")return t.sentence;let s=`component.aqara_lock.entity.event.activity.state_attributes.event_type.state.${t.type}`,i=t.type?e.localize(s):"",n=t.reason&&t.reason!=="unknown"?N(e,"reason",t.reason):"";return i?n?`${i} (${n})`:t.confidence==="unknown"&&Ct(t)?`${i} · ${this._say("not_told")}`:i:t.sentence}_picture(t){let e=this.hass,s=t.person_entity&&e.states[t.person_entity]?.attributes.entity_picture,i=Ms[t.type??""]??Ds[t.method??""]??"mdi:help-circle-outline",n=x(t);return a`<span class="picture" aria-hidden="true">
${s?a`<img src=${e.hassUrl(s)} alt="" loading="lazy" />`:n?a`<span class="initial">${[...n][0]}</span>`:a`<ha-icon .icon=${i}></ha-icon>`}
${n?a`<ha-icon class="method" .icon=${i}></ha-icon>`:c}
</span>`}_lock(t){return this._store?.locks.find(e=>e.lock_id===t.lock_id)}_door(t){let e=this._ids.length>1?this._lock(t)?.name:void 0;return e?t.kind==="gap"?`${e}: `:e:""}_people(t){let e=this.hass,s=Object.values(e.states).filter(n=>n.entity_id.startsWith("person.")).map(n=>n.attributes.friendly_name??n.entity_id),i=new Set([...s,...Ot(this._known,e.language)]);return a`<div class="row people" role="group" aria-label=${this._say("who_was_this")}>
${[...i].map(n=>a`<button @click=${()=>this._assign(t,n)}>${n}</button>`)}
${i.size?c:a`<span class="quiet">${this._say("nobody_known")}</span>`}
</div>`}async _assign(t,e){this._asked=void 0;let s=this._lock(t)?.entity_ids.activity;try{await this.hass?.callService("aqara_lock","assign_operation",{line:t.key,person:e},{entity_id:s})}catch{}}async _more(){let t=this._store;if(!t)return;this._pages+=1;let e=this.rows+this._pages*50;this._isLoading=!0;try{for(;Pt(this._known).length<e;){let s=this._ids.map(i=>({id:i,from:t.knownFrom(i)})).filter(i=>i.from!==void 0).sort((i,n)=>Date.parse(n.from??"")-Date.parse(i.from??""))[0];if(!s)break;await t.loadMore(s.id)}}catch(s){console.warn("Aqara Lock: older entries could not be loaded",s)}finally{this._isLoading=!1}}static styles=[y,m`:host{display:block;font-size:14px;line-height:20px}h3{font-size:16px;font-weight:500}h4{margin:12px 0 4px;color:var(--secondary-text-color);font-size:14px;font-weight:500}.grow{flex:1}.entry{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;padding-block:6px}.picture{position:relative;display:grid;flex:none;place-items:center;width:36px;height:36px;border-radius:50%;background:var(--secondary-background-color);color:var(--secondary-text-color)}.picture img{width:100%;height:100%;border-radius:50%;object-fit:cover}.initial{font-size:16px;font-weight:500}.picture .method{position:absolute;inset-block-end:-4px;inset-inline-end:-6px;padding:1px;border-radius:50%;background:var(--ha-card-background, var(--card-background-color));color:var(--primary-text-color);--mdc-icon-size: 16px}.texts{display:flex;flex:1 1 0;flex-direction:column;min-width:120px}.what{overflow-wrap:anywhere}.facts{color:var(--secondary-text-color);font-size:12px;line-height:16px}time{color:var(--secondary-text-color);font-variant-numeric:tabular-nums}.alarm .picture,.alarm .what{color:var(--error-color)}.denied .picture{color:var(--warning-color)}.gap{display:flex;flex-wrap:wrap;gap:2px 12px;margin-block:4px;padding:6px 12px;border-inline-start:3px dashed var(--divider-color);color:var(--secondary-text-color)}.inner{padding-inline-start:24px}.people{padding-block-end:8px}button.ask{text-decoration:underline}.more{width:100%;margin-block-start:8px}`]};f("aqara-lock-history",Nt);var Bt=class extends g{static properties={hass:{attribute:!1},findings:{attribute:!1},open:{attribute:!1},errors:{attribute:!1}};constructor(){super(),this.findings=[],this.open=!1,this.errors=!1}render(){let t=new Set,e=this.findings.filter(({title:s,severity:i})=>(this.errors||i!=="error")&&!t.has(s)&&t.add(s));return e.length?a`<details ?open=${this.open}>
<summary>
${this._say(this.errors?"findings":"good_to_know",{count:e.length})}
</summary>
<ul>
${e.map(s=>a`<li class=${s.severity} data-finding=${s.id}>
<strong>${s.title}</strong>
<p>${w(s.remedy)}</p>
${s.is_repair&&this.hass?.user?.is_admin?a`<a href="/config/repairs" @click=${b}>${this._say("open_repairs")}</a>`:c}
</li>`)}
</ul>
</details>`:c}static styles=[y,m`:host{display:block;font-size:14px;line-height:20px}summary{min-height:24px;padding-block:8px;font-weight:500;cursor:pointer}li{margin-block-start:8px;padding-inline-start:12px;border-inline-start:3px solid var(--info-color, var(--primary-color))}li.error{border-color:var(--error-color)}li.warning{border-color:var(--warning-color)}p{color:var(--secondary-text-color);white-space:pre-line}a{color:inherit}`]};f("aqara-lock-notices",Bt);var zs={home_assistant:"mdi:home-assistant",network:"mdi:lan",hub:"mdi:router-wireless",lock:"mdi:lock"},Ls={ok:"mdi:check-circle",warning:"mdi:alert",error:"mdi:close-circle",unknown:"mdi:help-circle"},It=class extends g{static properties={hass:{attribute:!1},health:{attribute:!1},_open:{state:!0}};constructor(){super(),this.health=void 0,this._open=void 0}render(){let t=this.health;if(!t)return c;let e=t.path.find(s=>s.link===this._open);return a`
<ol aria-label=${this._say("path_title")}>
${t.path.map(s=>this._link(t,s))}
</ol>
${e?this._details(t,e):c}
`}_link(t,e){let s=e.link==="hub"&&t.hub?t.hub:this._say(`link_${e.link}`),i=this._open===e.link;return a`<li class=${e.state} data-link=${e.link} data-state=${e.state}>
<button class="plain" aria-expanded=${i} @click=${()=>this._open=i?void 0:e.link}>
<span class="sign">
<ha-icon .icon=${zs[e.link]}></ha-icon>
<ha-icon class="mark" .icon=${Ls[e.state]}></ha-icon>
</span>
<span class="name">${s}</span>
<span class="word">${this._say(`link_state_${e.state}`)}</span>
</button>
</li>`}_details(t,e){let s=t.findings.filter(i=>i.link===e.link);return a`<div class="details" role="region" aria-label=${this._say(`link_${e.link}`)}>
${s.length?s.map(i=>this._finding(i)):a`<p>${this._say(`link_is_${e.state}`)}</p>`}
</div>`}_finding(t){return a`<section class=${t.severity}>
<strong>${t.title}</strong>
<p>${w(t.remedy)}</p>
${t.is_repair&&this.hass?.user?.is_admin?a`<a class="button" href="/config/repairs" @click=${b}>${this._say("open_repairs")}</a>`:c}
</section>`}static styles=[y,m`:host{display:block;container-type:inline-size}ol{display:flex}li{position:relative;flex:1 1 0;min-width:0;--link: var(--success-color, #0f9d58)}li.warning{--link: var(--warning-color, #ffa600)}li.error{--link: var(--error-color, #db4437)}li.unknown{--link: var(--disabled-text-color, #9e9e9e)}li+li:before{content:"";position:absolute;inset-block-start:24px;inset-inline:calc(-50% + 28px) calc(50% + 28px);border-block-start:3px solid var(--link)}li.unknown+li:before,li.unknown:before{border-block-start-style:dotted}button.plain{display:flex;flex-direction:column;align-items:center;gap:2px;width:100%;padding:4px 2px;border-radius:12px;font-weight:400}.sign{position:relative;display:grid;place-items:center;width:40px;height:40px;border-radius:50%;background:color-mix(in srgb,var(--link) 18%,transparent)}.mark{position:absolute;inset-block-end:-2px;inset-inline-end:-4px;border-radius:50%;background:var(--ha-card-background, var(--card-background-color));color:var(--link);--mdc-icon-size: 18px}.name{display:-webkit-box;overflow:hidden;max-width:100%;font-size:12px;line-height:16px;text-align:center;overflow-wrap:anywhere;-webkit-box-orient:vertical;-webkit-line-clamp:2}.word{color:var(--secondary-text-color);font-size:12px;line-height:16px}.details{margin-block-start:8px;padding:12px;border-radius:12px;background:var(--secondary-background-color);font-size:14px;line-height:20px}section+section{margin-block-start:12px}.details p{margin-block:4px;white-space:pre-line}.details .button{display:inline-block;margin-block-start:4px}.details a:not(.button){color:inherit}`]};f("aqara-lock-path",It);var Us=10,Wt=class extends g{static properties={hass:{attribute:!1},stateObj:{attribute:!1}};constructor(){super(),this.stateObj=void 0}render(){let t=this._store,e=this.stateObj?.entity_id,s=t?.lockOf(e),i=s&&t?.healthOf(s.lock_id);return a`
<aqara-lock-door .hass=${this.hass} .entity=${e}></aqara-lock-door>
${i?a`<aqara-lock-path .hass=${this.hass} .health=${i}></aqara-lock-path>`:c}
${s?a`<aqara-lock-history
.hass=${this.hass}
.locks=${[s.lock_id]}
.rows=${Us}
></aqara-lock-history>`:c}
${i?a`<aqara-lock-notices .hass=${this.hass} .findings=${i.findings}></aqara-lock-notices>`:c}
`}static styles=[y,m`:host{display:flex;flex-direction:column;gap:16px;padding-block-end:16px}`]};f("aqara-lock-more-info",Wt);function Ve(o){if(!o.status)return["access_door_gone"];let t=o.status==="in_place";return o.failed&&!t?[`not_done_${o.failed}`]:o.used?["access_used"]:o.status==="cannot"?["grant_cannot",{reason:o.reason??"other_ecosystem"}]:o.status==="pending"&&o.waits_for?[`waits_for_${o.waits_for}`]:t?[o.wish==="on"?"grant_in_place":"switched_off"]:[`grant_${o.status}`]}function Ke(o){return o.failed||o.status==="still_opens"?"error":o.status==="in_place"&&!o.used?"ok":"warning"}function _t(o){for(let t of o){if(t.unread)return["plan_unread"];if(t.cannot.length)return["plan_cannot",{reason:t.cannot[0].reason}];if(t.waits.length)return["plan_waits"];if(t.needs_code.length)return["plan_needs_code"]}}function Ft(o){return o.reduce((t,e)=>t+e.messages.writes+e.messages.reads,0)}function Ye(o,t,e){switch(o.kind){case"from_to":return["window_from_to",{start:e(o.start??""),end:e(o.end??"")}];case"weekly":return["window_weekly",{hours:(o.hours??[]).map(i=>`${t(i.days)} ${i.start.slice(0,5)}–${i.end.slice(0,5)}`).join("; ")}];case"after_first_use":return["window_after_first_use",{time:`${o.minutes} min`}];default:return[`window_${o.kind}`]}}function Ze(o){return[...o].sort((t,e)=>(t+6)%7-(e+6)%7)}var mt=["always","from_to","weekly","once","after_first_use"],Ge=[1,2,3,4,5,6,0],js=2;function Vt(o,t,e){let s=i=>new Intl.DateTimeFormat("sv-SE",{timeZone:e,dateStyle:"short",timeStyle:"short"}).format(new Date(t.getTime()+i*36e5)).replace(" ","T");return{doors:[],window:o,differs:!1,from:s(1).slice(0,14)+"00",until:s(js*24).slice(0,11)+"11:00",days:[1,2,3,4,5],start_time:"08:00",end_time:"18:00",minutes:"60"}}function Je(o){if(!o.length)return{};let{window:t}=o[0],e=o.some(n=>JSON.stringify(n.window)!==JSON.stringify(t)),s=mt.includes(t.kind)&&(t.kind!=="weekly"||t.hours?.length===1);if(e||!s)return{window:"as_it_is",differs:!0};let[i]=t.hours??[];return{window:t.kind,...t.start&&t.end&&{from:t.start.slice(0,16),until:t.end.slice(0,16)},...t.minutes&&{minutes:`${t.minutes}`},...i&&{days:i.days,start_time:i.start.slice(0,5),end_time:i.end.slice(0,5)}}}function Kt(o){switch(o.window){case"as_it_is":return;case"from_to":return!o.from||!o.until?"window_incomplete":o.from>=o.until?"window_impossible":{kind:"from_to",start:o.from,end:o.until};case"weekly":{let{days:t,start_time:e,end_time:s}=o;return!e||!s?"window_incomplete":!t.length||e===s?"window_impossible":{kind:"weekly",hours:[{days:[...t].sort(),start:e,end:s}]}}case"after_first_use":return Number(o.minutes)>=1?{kind:"after_first_use",minutes:Math.floor(Number(o.minutes))}:"window_incomplete";default:return{kind:o.window}}}function Qe({personId:o,effect:t,doors:e,known:s,window:i,keeper:n}){let r=p=>({person_id:o,lock_id:p,effect:t}),h=e.map(p=>{let $=s.find(d=>d.lock_id===p)?.wish==="off";return{...r(p),wish:$?"off":"on",keeper:n,...i&&{window:i}}}),l=s.filter(p=>!e.includes(p.lock_id));return[...h,...l.map(p=>({...r(p.lock_id),wish:"removed",keeper:p.keeper}))]}function Xe(o,t){if(!o.reachable)return["plan_away"];let e=_t([o]);if(e)return e;let s=Ft([o]);return s?[t?"plan_gives":"plan_changes",{count:s}]:["plan_nothing"]}function ts(o){return o.every(t=>t.reachable&&_t([t]))}function es(o,t){return["from_to","once","after_first_use"].includes(t)&&o.some(s=>s.cannot.some(i=>i.by_home))}var Ns={invalid_code:"config_subentries.guest.error.code_",invalid_name:"config_subentries.guest.error.",invalid_window:"config_subentries.guest.error.window_impossible",not_kept:"exceptions.access_not_written.message",not_readable:"exceptions.access_not_readable.message"};function ft(o){let t=Ns[`${o.code}`];return t?[/[._]$/.test(t)?t+o.message:t]:["common.change_failed"]}var K="config_subentries.guest",ss=`${K}.step.user.sections.times.data`,Bs="one-time-code",Is=Date.UTC(2026,10,29,12),Yt=class extends g{static properties={hass:{attribute:!1},access:{attribute:!1},person:{attribute:!1},kind:{attribute:!1},doors:{attribute:!1},grant:{attribute:!1},_fields:{state:!0},_plans:{state:!0},_error:{state:!0},_isBusy:{state:!0}};constructor(){super(),this.access=void 0,this.person=void 0,this.kind="guest",this.doors=[],this.grant=void 0,this._fields=Vt("always",new Date,void 0),this._plans=void 0,this._error=void 0,this._isBusy=!1,this._byHome=!1}connectedCallback(){super.connectedCallback();let t=this._known().filter(i=>this.doors.includes(i.lock_id)),e=this.kind==="guest"&&!this.person?"from_to":"always",s=Vt(e,new Date,this.hass?.config.time_zone);this._fields={...s,...Je(t),doors:this.doors}}firstUpdated(){this.renderRoot.querySelector("dialog").showModal()}_known(){let t=this.grant?.effect??"opens";return this.person?.grants.filter(e=>e.effect===t&&e.wish!=="removed")??[]}_label(t,e){return this.hass?.localize(`component.aqara_lock.${t}`,e)??""}_told([t,e]){let s=e?.reason;return s?this._label(t,{reason:this._label(`exceptions.reason_${s}.message`)}):this._label(t,e)}render(){let t=!!this._plans,e=t&&ts(this._plans??[]);return a`<dialog aria-labelledby="title" @close=${()=>T(this,"closed")} @cancel=${this._hold}>
<form novalidate @submit=${this._submit}>
<h2 id="title">
${this.person?this._say("access_of",{name:this.person.name}):this._say(`add_${this.kind}`)}
</h2>
<div class="fields" ?hidden=${t}>
${this.person?c:this._who()} ${this._where()}
${this._fields.doors.length?[this._when(),this._code()]:c}
</div>
${t?this._plan():c}
${this._error?a`<p class="error" role="alert">${w(this._told(this._error))}</p>`:c}
<div class="row end">
<button type="button" data-action="cancel" ?disabled=${this._isBusy} @click=${this._leaveOff}>
${this._say(t?"back":"cancel")}
</button>
${t&&es(this._plans??[],this._fields.window)?a`<button type="button" data-action="by-home" @click=${this._letHome}>
${this._label("selector.next_guest_plan.options.by_home")}
</button>`:c}
<button class="main" data-action=${t?"apply":"next"} ?disabled=${this._isBusy||e}>
${t?this._label("selector.next_guest_plan.options.apply"):this._say("next")}
</button>
</div>
<p class="hidden" role="status">${this._isBusy?this._say("loading"):c}</p>
</form>
</dialog>`}_who(){let t=this.hass,e=this.access?.people.map(i=>i.entity_id)??[],s=Object.values(t.states).filter(i=>i.entity_id.startsWith("person.")&&!e.includes(i.entity_id));return a`
${this.kind==="member"&&s.length?a`<label
>${this._label("config_subentries.person.step.user.data.person_entity")}
<select name="entity" @change=${this._chosePerson}>
<option value="">–</option>
${s.map(i=>a`<option value=${i.entity_id}>
${i.attributes.friendly_name??i.entity_id}
</option>`)}
</select></label
>`:c}
<label
>${this._label(`${K}.step.user.data.name`)}
<input name="name" maxlength="100" autocomplete="off" />
</label>
`}_chosePerson(t){let e=t.currentTarget.value,s=this._input("name");s&&e&&(s.value=this.hass?.states[e]?.attributes.friendly_name??"")}_where(){return a`<fieldset>
<legend>${this._label(`${K}.step.user.data.doors`)}</legend>
${this.access?.doors.map(t=>a`<label class="check">
<input
type="checkbox"
name="door"
value=${t.lock_id}
.checked=${this._fields.doors.includes(t.lock_id)}
@change=${this._choseDoor}
/>
${t.name}
${t.reachable?c:a`<span class="quiet">${this._say("does_not_answer")}</span>`}
</label>`)}
</fieldset>`}_choseDoor(t){let{value:e,checked:s}=t.currentTarget,i=this._fields.doors.filter(n=>n!==e);this._set({doors:s?[...i,e]:i})}_set(t){this._fields={...this._fields,...t},this._byHome=!1}_when(){let t=this._fields,e=t.differs?["as_it_is",...mt]:mt;return a`<label
>${this._label(`${K}.step.user.data.window`)}
<select
name="window"
@change=${s=>this._set({window:s.currentTarget.value})}
>
${e.map(s=>a`<option value=${s} ?selected=${s===t.window}>
${this._label(`selector.access_window.options.${s}`)}
</option>`)}
</select>
</label>
${t.window==="from_to"?a`<div class="pair">${this._time("from","datetime-local")} ${this._time("until","datetime-local")}</div>`:t.window==="weekly"?[this._days(),a`<div class="pair">${this._time("start_time","time")} ${this._time("end_time","time")}</div>`]:t.window==="after_first_use"?this._time("minutes","number"):c}`}_time(t,e){return a`<label
>${this._label(`${ss}.${t}`)}
<input
name=${t}
type=${e}
min=${e==="number"?1:c}
.value=${this._fields[t]}
@change=${s=>this._set({[t]:s.currentTarget.value})}
/>
</label>`}_days(){let t=this.hass,e=new Intl.DateTimeFormat(t.locale.language,{weekday:"short",timeZone:"UTC"});return a`<fieldset>
<legend>${this._label(`${ss}.days`)}</legend>
<div class="row">
${Ge.map(s=>a`<label class="check">
<input
type="checkbox"
name="day"
.checked=${this._fields.days.includes(s)}
@change=${i=>{let n=this._fields.days.filter(r=>r!==s);this._set({days:i.currentTarget.checked?[...n,s]:n})}}
/>
${e.format(new Date(Is+s*864e5))}
</label>`)}
</div>
</fieldset>`}_code(){let t=(this.access?.doors??[]).filter(n=>this._fields.doors.includes(n.lock_id)).map(n=>n.limits),e=Math.max(...t.map(n=>n.shortest_code)),s=Math.min(...t.map(n=>n.longest_code)),i=this._known().length?"code_may_stay":"code_needed";return a`<div class="pair">
${["code","code_again"].map(n=>a`<label
>${this._label(`${K}.step.code.data.${n}`)}
<input name=${n} type="password" inputmode="numeric" autocomplete=${Bs} aria-describedby="hint" />
</label>`)}
</div>
<p class="quiet" id="hint">${this._say(i,{length:e<s?`${e}–${s}`:e})}</p>`}_plan(){let t=this._plans??[],e=this.grant?.effect??"opens";return a`<p>
<strong>${this.person?.name??this._input("name")?.value}</strong>,
${this._label(`selector.access_window.options.${this._fields.window}`)}
</p>
<ul tabindex="-1" class="plan">
${t.map(s=>{let i=!this._fields.doors.includes(s.lock_id),n=this.access?.doors.find(l=>l.lock_id===s.lock_id),[r,h]=Xe(s,this._hasCode);return a`<li data-lock=${s.lock_id} data-effect=${e}>
<strong>${n?.name??""}</strong>:
${i?this._say("plan_removed",h):w(this._told([`exceptions.${r}.message`,h]))}
</li>`})}
</ul>`}_input(t){return this.renderRoot.querySelector(`[name=${t}]`)}get _hasCode(){return!!this._input("code")?.value}_wrong(){let{doors:t}=this._fields;if(!this.person&&!this._input("name")?.value.trim())return"name_missing";if(!t.length)return this.kind==="member"&&!this.person?void 0:"no_doors";let e=Kt(this._fields);if(typeof e=="string")return e;if(this._input("code")?.value!==this._input("code_again")?.value)return"codes_differ";let s=this._known().some(i=>i.wish==="off"&&t.includes(i.lock_id));return this._hasCode&&s?"code_while_off":void 0}_changes(t){let e=Kt(this._fields),s=Qe({personId:this.person?.person_id??"new",effect:this.grant?.effect??"opens",doors:this._fields.doors,known:this._known(),window:typeof e=="string"?void 0:e,keeper:this._byHome?"home_assistant":"lock"}),i=this._input("code")?.value;return i?s.map(n=>n.wish!=="on"?n:t?{...n,password:i}:{...n,has_code:!0}):s}get _newPerson(){if(this.person)return{};let t=this._input("entity")?.value,e={name:this._input("name")?.value.trim(),kind:this.kind};return{person:t?{...e,person_entity:t}:e}}async _submit(t){if(t.preventDefault(),this._isBusy)return;let e=this._wrong();if(e){this._error=[`${K}.error.${e}`,{name:this.person?.name??""}];return}this._error=void 0,this._plans?await this._try(()=>this._apply()):this._fields.doors.length?await this._try(()=>this._ask()):await this._try(()=>this._addOnly())}async _try(t){this._isBusy=!0;try{await t()}catch(e){this._plans=void 0,this._error=ft(e)}this._isBusy=!1}async _ask(t=!0){let e=this.hass,{doors:s}=await e.callWS({type:"aqara_lock/access/plan",changes:this._changes(!1),...this._newPerson}),i=s.filter(n=>n.unread&&n.reachable).map(n=>n.lock_id);if(i.length&&t){let r=(this._store?.locks.filter(h=>i.includes(h.lock_id))??[]).map(h=>h.entity_ids.lock);return await e.callService("aqara_lock","check_access",{},{entity_id:r}),this._ask(!1)}this._plans=s,await this.updateComplete,this.renderRoot.querySelector(".plan")?.focus()}async _apply(){await this.hass?.callWS({type:"aqara_lock/access/apply",changes:this._changes(!0),...this._newPerson}),this._close()}async _addOnly(){await this.hass?.callWS({type:"aqara_lock/access/add_person",...this._newPerson}),this._close()}_letHome(){this._byHome=!0,this._try(()=>this._ask(!1))}_leaveOff(){this._plans?this._plans=void 0:this._close()}_hold(t){this._isBusy&&t.preventDefault()}_close(){this.renderRoot.querySelector("form")?.reset(),this.renderRoot.querySelector("dialog")?.close()}static styles=[y,m`dialog{box-sizing:border-box;width:min(560px,100%);max-width:100%;max-height:100%;padding:24px;border:1px solid var(--divider-color);border-radius:var(--ha-card-border-radius, 12px);background:var(--ha-card-background, var(--card-background-color));color:inherit;line-height:20px}dialog::backdrop{background:#0000007f}form,.fields{display:flex;flex-direction:column;gap:16px}[hidden]{display:none!important}h2{font-size:20px;font-weight:500;line-height:24px;overflow-wrap:anywhere}legend{padding:0;font-size:14px}fieldset{min-width:0;margin:0;padding:0;border:0}.check{display:flex;flex-direction:row;gap:8px;align-items:center;min-height:40px}.check input{width:20px;min-height:20px;margin:0}.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,200px),1fr));gap:16px}.plan{outline:none}.plan li{padding-block:8px}.error{color:var(--error-color)}.end{justify-content:flex-end}`]};f("aqara-lock-access-form",Yt);var Ws=5e3,is="/config/integrations/integration/aqara_lock",Fs=Date.UTC(2026,10,29,12),Zt=o=>`${o.person_id} ${o.lock_id} ${o.effect}`,Gt=o=>o.users.map(t=>`${t.lock_id} ${t.index}`).join();function os(o,t){return o.grants.filter(s=>s.effect===t&&s.wish!=="removed").map(s=>s.lock_id)}var Jt=class extends g{static properties={hass:{attribute:!1},_access:{state:!0},_asked:{state:!0},_form:{state:!0},_taken:{state:!0},_hasTexts:{state:!0}};constructor(){super(),this._access=void 0,this._asked=void 0,this._form=void 0,this._taken={},this._hasTexts=!1,this._end=void 0,this._generation=0,this._retry=void 0}disconnectedCallback(){super.disconnectedCallback(),this._generation++,clearTimeout(this._retry),this._end?.(),this._end=void 0}_follow(){let t=!this._leave;super._follow(),t&&this._leave&&this._subscribe(++this._generation)}async _subscribe(t){let e=this.hass;Promise.all(["exceptions","config_subentries","selector"].map(s=>e.loadBackendTranslation(s,"aqara_lock"))).then(()=>this._hasTexts=!0);try{let s=await e.connection.subscribeMessage(i=>{t===this._generation&&(this._access=i)},{type:"aqara_lock/access/subscribe"});if(t!==this._generation)return void s();this._end=()=>{s()}}catch{if(t!==this._generation)return;this._retry=setTimeout(()=>this._subscribe(t),Ws)}}render(){let t=this._access;return!t||!this._hasTexts?a`<p class="quiet" role="status">${this._say("loading")}</p>`:t.readable?a`
<div class="row">
${["guest","member"].map(e=>a`<button data-action="add-${e}" @click=${()=>this._open({kind:e})}>
${this._say(`add_${e}`)}
</button>`)}
<a class="grow" href=${is} @click=${b}>${this._say("people_teach")}</a>
</div>
${t.people.length?this._matrix(t):a`<p class="quiet">${this._say("people_none")}</p>`}
<div class="columns">
${t.found.length?this._found(t):c}
${t.leaving.length?this._leaving(t.leaving):c}
${t.doors.map(e=>this._door(e))}
</div>
${this._form?a`<aqara-lock-access-form
.hass=${this.hass}
.access=${t}
.person=${this._form.person}
.kind=${this._form.kind}
.doors=${this._form.doors}
.grant=${this._form.grant}
@closed=${()=>this._form=void 0}
></aqara-lock-access-form>`:c}
`:a`<p role="alert">${this._message(["access_not_readable"])}</p>`}_open(t){let e=this._access?.doors??[],s=t.kind==="guest"&&e.length===1?[e[0].lock_id]:[];this._form={...t,doors:t.doors??s}}_matrix(t){return a`<div class="scroll">
<table role="table" aria-label=${this._say("tab_people")}>
<thead role="rowgroup">
<tr role="row">
<th role="columnheader">${this._say("tab_people")}</th>
${t.doors.map(e=>a`<th role="columnheader">${e.name}${this._progress(e)}</th>`)}
</tr>
</thead>
<tbody role="rowgroup">
${t.people.map(e=>this._person(e,t.doors))}
</tbody>
</table>
</div>`}_message([t,e]){let s=this.hass,i=(n,r={})=>s.localize(`component.aqara_lock.exceptions.${n}.message`,r);return e?.reason?i(t,{reason:i(`reason_${e.reason}`)}):i(t,e)}_person(t,e){return a`<tr role="row" data-person=${t.person_id}>
<th role="rowheader">
<h2>${t.name}</h2>
<p class="quiet">${this._say(`kind_${t.kind}`)}</p>
${t.grants.length?c:a`<p class="quiet">${this._say("people_no_door")}</p>`}
${this._asked?.id===t.person_id?this._questionOf(t):a`<button
class="small"
data-action="remove-person"
@click=${()=>this._askPerson(t)}
>
${this._say("remove_name",{name:t.name})}
</button>`}
</th>
${e.map(s=>this._cell(t,s))}
</tr>`}_cell(t,e){let s=t.grants.filter(i=>i.lock_id===e.lock_id);return a`<td role="cell" class=${s.length?"":"none"}>
<strong class="of">${e.name}</strong>
${s.length?a`<ul>
${s.map(i=>this._grant(i,t))}
</ul>`:a`<button
class="small"
data-action="give"
aria-label=${this._say("give_name",{name:t.name,door:e.name})}
@click=${()=>this._give(t,e)}
>
${this._say("give")}
</button>`}
</td>`}_give(t,e){this._open({person:t,kind:t.kind,doors:[...os(t,"opens"),e.lock_id]})}_change(t,e){this._open({person:t,kind:t.kind,doors:os(t,e.effect),grant:e})}_questionOf(t){let{name:e}=t;return a`<div class="question" role="group" aria-label=${this._say("remove_name",{name:e})}>
<p role="status">${this._say(this._asked?.failed?"change_failed":"remove_question",{name:e})}</p>
<div class="row end">
<button data-action="cancel" @click=${()=>this._asked=void 0}>${this._say("cancel")}</button>
<button class="main" data-action="yes" @click=${()=>this._removePerson(t)}>
${this._say("wish_removed")}
</button>
</div>
</div>`}async _askPerson(t){this._asked={id:t.person_id,wish:"removed",plans:[]},await this._focusAnswer()}async _removePerson({person_id:t}){this._asked=void 0;try{await this.hass?.callWS({type:"aqara_lock/access/remove_person",person_id:t})}catch{this._asked={id:t,wish:"removed",plans:[],failed:"removed"}}}_found({found:t,people:e}){return a`<section class="box" data-section="found">
<h2>${this._say("found_title")}</h2>
<p class="quiet">${this._say("found_how")}</p>
<ul>
${V(t,Gt,s=>this._foundPerson(s,e))}
</ul>
</section>`}_foundPerson(t,e){let s=t.users.map(({lock:n,index:r,maker:h})=>this._message(["stranger_at",{door:n,number:r,maker:this._message([`maker_${h}`])}])),i=this._taken[Gt(t)];return a`<li class="warning">
<p><strong>${t.name??"–"}</strong>: ${s.join(", ")}</p>
<div class="row taking">
<label class="grow"
>${this._say("found_whose")}
<select>
${V(e,n=>n.person_id,n=>a`<option value=${n.person_id} ?selected=${n.person_id===t.person_id}>
${n.name}
</option>`)}
<option value="" ?selected=${!t.person_id}>${this._say("found_new")}</option>
</select>
</label>
<label class="grow"
>${this._say("found_name")}
<input maxlength="100" autocomplete="off" .value=${t.name??""} />
</label>
<button data-action="adopt" @click=${n=>this._adopt(n,t)}>
${this._say("found_take")}
</button>
</div>
${i?a`<p role="alert">${this.hass?.localize(`component.aqara_lock.${i[0]}`,i[1])}</p>`:c}
</li>`}async _adopt(t,e){let s=t.currentTarget.parentElement,i=s.querySelector("select").value,n=i?{person_id:i}:{person:{name:s.querySelector("input").value}},r=e.users.map(({lock_id:h,index:l})=>({lock_id:h,index:l}));this._taken={};try{await this.hass?.callWS({type:"aqara_lock/access/adopt",users:r,...n})}catch(h){this._taken={[Gt(e)]:ft(h)}}}_leaving(t){return a`<section class="box">
<h2>${this._say("people_leaving")}</h2>
<ul>
${t.map(e=>this._grant(e))}
</ul>
</section>`}_grant(t,e){let s=this._asked?.id===Zt(t),i=t.wish==="on"?"off":"on";return a`<li class=${Ke(t)} data-lock=${t.lock_id}>
<p>
${e?c:a`<strong>${t.lock??""}</strong>`}
<span class="quiet"
>${this._say(`means_${t.means}`)}${t.effect==="opens"?c:`, ${this.hass?.localize(`component.aqara_lock.selector.access_effect.options.${t.effect}`)}`}, ${this._window(t)}</span
>
</p>
<p>${w(this._message(Ve(t)))}</p>
${e&&!s&&t.wish!=="removed"?a`<div class="row">
${t.means==="code"?a`<button class="small" data-action="change" @click=${()=>this._change(e,t)}>
${this._say("change")}
</button>`:c}
${[i,"removed"].map(n=>a`<button class="small" data-wish=${n} @click=${()=>this._plan(t,n)}>
${this._say(`wish_${n}`)}
</button>`)}
</div>`:c}
${t.ask?a`<a href="/config/repairs" @click=${b}>${this._say("open_repairs")}</a>`:c}
${s?this._question(t):c}
</li>`}_window(t){let e=this.hass,s=new Intl.DateTimeFormat(e.locale.language,{weekday:"short",timeZone:"UTC"}),i=r=>Ze(r).map(h=>s.format(new Date(Fs+h*864e5))).join(", "),n=r=>r.slice(0,16).replace("T"," ");return this._message(Ye(t.window,i,n))}_question(t){let e=this._asked;if(!e)return c;let s=e.failed?void 0:_t(e.plans),i=e.plans.some(r=>!r.reachable),n=e.failed?this._say("change_failed"):s?this._message(s):this._say(`plan_${e.wish}`,{count:Ft(e.plans)});return a`<div class="question" role="group" aria-label=${this._say(`wish_${e.wish}`)}>
<p role="status">${n} ${i&&!s?this._say("plan_waits_for_lock"):c}</p>
<div class="row end">
<button data-action="cancel" @click=${()=>this._asked=void 0}>${this._say("cancel")}</button>
${s||e.failed?a`<a class="button" href=${is} @click=${b}>${this._say("open_integration")}</a>`:a`<button class="main" data-action="yes" @click=${()=>this._apply(t,e.wish)}>
${this._say(`wish_${e.wish}`)}
</button>`}
</div>
</div>`}_door(t){let{state:e,done:s,steps:i}=t.job;return a`<section class="box" data-door=${t.lock_id}>
<h2>${t.name}</h2>
<p>${this._say("door_free",t.free)}</p>
${t.reachable?c:a`<p class="quiet">${this._say("does_not_answer")}</p>`}
${e==="running"?a`<p role="status">${this._say("job_running",{done:s,steps:i})}${this._progress(t)}</p>
<button class="small" data-action="stop" @click=${this._stop}>${this._say("job_stop")}</button>`:e==="away"?a`<p role="status">${this._say("job_away")}</p>`:c}
${t.strangers.length?a`<p>${this._say("strangers",{count:t.strangers.length})}</p>`:c}
</section>`}_progress(t){let{state:e,done:s,steps:i}=t.job;return e!=="running"?c:a`<progress max=${i} value=${s} aria-label=${this._say("job_running",{done:s,steps:i})}></progress>`}async _stop(){await this.hass?.callWS({type:"aqara_lock/access/cancel"}).catch(()=>{})}_changes(t,e){let{person_id:s,lock_id:i,effect:n,keeper:r}=t;return[{person_id:s,lock_id:i,effect:n,keeper:r,wish:e}]}async _plan(t,e){let s=Zt(t);try{let i=await this.hass?.callWS({type:"aqara_lock/access/plan",changes:this._changes(t,e)});this._asked={id:s,wish:e,plans:i?.doors??[]}}catch{this._asked={id:s,wish:e,plans:[],failed:e}}await this._focusAnswer()}async _focusAnswer(){await this.updateComplete,this.renderRoot.querySelector("[data-action=yes], [data-action=cancel]")?.focus()}async _apply(t,e){let s=Zt(t);this._asked=void 0;try{await this.hass?.callWS({type:"aqara_lock/access/apply",changes:this._changes(t,e)})}catch{this._asked={id:s,wish:e,plans:[],failed:e}}}static styles=[y,m`:host{display:flex;flex-direction:column;gap:16px;line-height:20px}.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:16px;align-items:start}.box{display:flex;flex-direction:column;gap:8px;padding:16px;border:1px solid var(--ha-card-border-color, var(--divider-color));border-radius:var(--ha-card-border-radius, 12px);background:var(--ha-card-background, var(--card-background-color))}h2{overflow-wrap:anywhere;font-size:16px;font-weight:500;line-height:24px}.scroll{overflow-x:auto;container-type:inline-size;border:1px solid var(--ha-card-border-color, var(--divider-color));border-radius:var(--ha-card-border-radius, 12px);background:var(--ha-card-background, var(--card-background-color))}table{width:100%;border-collapse:collapse}th,td{min-width:200px;padding:12px 16px;font-weight:inherit;text-align:start;vertical-align:top}thead th{font-weight:500;overflow-wrap:anywhere}tbody tr{border-block-start:1px solid var(--divider-color)}.of{display:none}.small{margin-block-start:8px;padding-inline:12px}.taking{align-items:end;margin-block-start:8px}@container (max-width: 700px){table,tbody,tr,th,td,.of{display:block}thead{position:absolute;overflow:hidden;width:1px;height:1px;clip-path:inset(50%)}tbody tr{padding-block:12px}tbody tr:first-child{border:0}th,td{min-width:0;padding-block:4px}td.none{display:flex;justify-content:space-between;align-items:center}td.none .small{margin:0}}.grow{flex:1 1 160px;min-width:0}li{margin-block-start:8px;padding-inline-start:12px;border-inline-start:3px solid var(--success-color)}li.warning{border-color:var(--warning-color)}li.error{border-color:var(--error-color)}.question{margin-block-start:8px;padding:12px;border-radius:12px;background:var(--secondary-background-color)}.end{justify-content:flex-end;margin-block-start:8px}progress{width:100%}a:not(.button){color:inherit}`]};f("aqara-lock-people",Jt);var Qt=["today","people","health","help"],ns=["link_quality","rssi"],Vs=["border_router","local_ipv6","ecosystem","commissioning","placement","homekit","hub_menus","passwords","phone","zigbee"],Ks=["unresponsive","without_home_assistant","not_found","order","apple_codes","no_name","users_once","removed_lock","battery","door_open"],Xt=class extends g{static properties={hass:{attribute:!1},narrow:{attribute:!1},route:{attribute:!1},_helps:{state:!0}};constructor(){super(),this.narrow=!1,this.route=void 0,this._helps=!1}_states(t){return this._store?.locks.flatMap(({entity_ids:e})=>["lock",...ns].map(s=>t.states[e[s]]))??[]}get _tab(){let t=this.route?.path.split("/")[1]??"";return Qt.includes(t)?t:Qt[0]}render(){return a`
<header>
${this.narrow?a`<button class="plain" aria-label=${this._say("menu")} @click=${()=>T(this,"hass-toggle-menu")}>
<ha-icon icon="mdi:menu"></ha-icon>
</button>`:c}
<h1>${this._say("doors")}</h1>
<nav aria-label=${this._say("doors")}>
${Qt.map(t=>a`<a
href="/aqara-lock/${t}"
aria-current=${t===this._tab?"page":c}
@click=${b}
>${this._say(`tab_${t}`)}</a
>`)}
</nav>
</header>
<main>${this._content()}</main>
`}_content(){let t=this._store;return this._tab==="help"?this._help():t?.phase==="missing"?this._empty("not_running"):t?.locks.length?this._tab==="people"?a`<aqara-lock-people .hass=${this.hass}></aqara-lock-people>`:this._tab==="health"?this._health():this._today():this._empty(t?.phase==="ready"?"no_locks":"loading")}_empty(t){return a`<div class="box" role="status">
<p>${this._say(t)}</p>
${t==="loading"?c:a`<a class="button" href="/config/integrations/integration/aqara_lock" @click=${b}
>${this._say("open_integration")}</a
>`}
</div>`}_today(){let t=this.hass,e=this._store,s=B(e.locks,t.states,e.health);return a`
<h2 class="sum ${W(s)}" role="status">${this._say(...I(s))}</h2>
<div class="columns">
<div class="box">
${e.locks.map(i=>a`<aqara-lock-door
.hass=${t}
.entity=${i.entity_ids.lock}
.name=${i.name}
></aqara-lock-door>`)}
</div>
<div class="box">
<aqara-lock-history .hass=${t} .rows=${30}></aqara-lock-history>
</div>
</div>
`}_health(){let t=this.hass,e=this._store?.health;return e?a`
<div class="columns">
${e.locks.map(s=>a`<section class="box" data-lock=${s.lock_id}>
<h2>${s.name}</h2>
<aqara-lock-path .hass=${t} .health=${s}></aqara-lock-path>
<aqara-lock-notices .hass=${t} .findings=${s.findings} .open=${!0} .errors=${!0}></aqara-lock-notices>
${this._radio(s.lock_id)} ${this._check(s.lock_id)}
</section>`)}
<section class="box">
<h2>${this._say("hubs")}</h2>
${e.hubs.length?a`<ul>
${e.hubs.map(s=>this._hub(s))}
</ul>`:a`<p class="quiet">${this._say("no_hubs")}</p>`}
</section>
${e.home.length?a`<section class="box">
<h2>${this._say("home_network")}</h2>
<aqara-lock-notices .hass=${t} .findings=${e.home} .open=${!0} .errors=${!0}></aqara-lock-notices>
</section>`:c}
</div>
`:c}_radio(t){let e=this.hass,s=this._store?.locks.find(r=>r.lock_id===t),i=ns.flatMap(r=>e.states[s?.entity_ids[r]??""]??[]),n=`/config/devices/device/${s?.device_id}`;return a`<h3>${this._say("radio")}</h3>
${i.length?i.map(r=>a`<button
data-entity=${r.entity_id}
@click=${()=>T(this,"hass-more-info",{entityId:r.entity_id})}
>
${r.attributes.friendly_name}: ${e.formatEntityState(r)}
</button>`):a`<p class="quiet">${this._say("radio_off")}</p>
<a href=${n} @click=${b}>${this._say("open_device")}</a>`}`}_check(t){let e=this._store?.locks.find(s=>s.lock_id===t)?.entity_ids;return e?.check_connection?a`<button @click=${()=>this._press(e)}>${this._say("check_connection")}</button>`:c}async _press(t){try{await this.hass?.callService("button","press",{},{entity_id:t.check_connection}),T(this,"hass-more-info",{entityId:t.last_connection_check})}catch{}}_hub(t){let e=this.hass,s=t.online===void 0?"unknown":t.online?"online":"offline",i=this._say(`hub_${s}`,{time:v(e,t.since,new Date)}),n=t.locks.length?this._say("hub_serves",{locks:t.locks.join(", ")}):this._say("hub_serves_none");return a`<li class="hub ${s}">
<ha-icon icon="mdi:router-wireless"></ha-icon>
<div>
${t.device_id?a`<a href="/config/devices/device/${t.device_id}" @click=${b}>${t.name}</a>`:a`<strong>${t.name}</strong>`}
<p>${i}</p>
<p class="quiet">${n}</p>
</div>
</li>`}_help(){let t=this.hass;return this._helps?a`<div class="columns">
${this._texts("help_questions","faq",Ks)} ${this._texts("help_words","glossary",Vs)}
</div>`:(t.loadBackendTranslation("exceptions","aqara_lock").then(()=>this._helps=!0),this._empty("loading"))}_texts(t,e,s){let i=n=>this.hass?.localize(`component.aqara_lock.exceptions.${e}_${n}.message`)??"";return a`<section class="box" data-help=${e}>
<h2>${this._say(t)}</h2>
${s.map(n=>a`<details>
<summary>${i(`title_${n}`)}</summary>
${Ys(i(`text_${n}`))}
</details>`)}
</section>`}static styles=[y,m`:host{display:block;min-height:100vh;background:var(--primary-background-color)}header{position:sticky;z-index:1;inset-block-start:0;display:flex;flex-wrap:wrap;gap:0 24px;align-items:center;padding:8px 16px 0;background:var(--app-header-background-color, var(--primary-color));color:var(--app-header-text-color, #fff)}header button.plain{color:inherit}h1{margin:0;font-size:20px;font-weight:400;line-height:40px}nav{display:flex;overflow-x:auto}nav a{padding:12px 16px;border-block-end:3px solid transparent;color:inherit;font-weight:500;text-decoration:none}nav a[aria-current]{border-color:currentColor}nav a:focus-visible{outline-color:currentColor;outline-offset:-4px}main{max-width:1200px;margin-inline:auto;padding:16px}.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:16px;align-items:start}.box{display:flex;flex-direction:column;gap:16px;padding:16px;border:1px solid var(--ha-card-border-color, var(--divider-color));border-radius:var(--ha-card-border-radius, 12px);background:var(--ha-card-background, var(--card-background-color));line-height:20px}.box>button,.box>a.button{align-self:start}h3{font-size:14px;font-weight:500}h2{font-size:18px;font-weight:500;line-height:24px}.sum{margin-block-end:16px}.sum.error{color:var(--error-color)}.hub{display:flex;gap:12px;padding-block:8px;font-size:14px}.hub.online ha-icon{color:var(--success-color)}.hub.offline ha-icon{color:var(--error-color)}.box a:not(.button){color:inherit}summary{font-weight:500;line-height:24px;cursor:pointer}details>p,details>ul,details>ol{margin-block-start:8px}details>ul{padding-inline-start:20px;list-style:disc}details>ol{padding-inline-start:20px;list-style:decimal}`]};function Ys(o){return o.split(/\n\n+/).map(t=>{let e=t.split(`
`),s=i=>e.map(n=>a`<li>${as(n.replace(i,""))}</li>`);return e.every(i=>/^[-*] /.test(i))?a`<ul>${s(/^[-*] /)}</ul>`:e.every(i=>/^\d+\. /.test(i))?a`<ol>${s(/^\d+\. /)}</ol>`:a`<p>${as(t)}</p>`})}function as(o){return dt(o).map(t=>t.url?a`<a href=${t.url} @click=${b}>${t.text}</a>`:t.bold?a`<strong>${t.text}</strong>`:t.text.split(/\*([^*\n]+)\*/).map((e,s)=>s%2?a`<em>${e}</em>`:e))}f("aqara-lock-panel",Xt);var Zs="custom:aqara-lock-card",rs=6,Gs=["path","activity","notices","confirm"];function Y(o){return Object.keys(o.entities??{}).filter(t=>t.startsWith("lock.")&&o.entities[t].platform==="aqara_lock")}var te=class extends g{static properties={hass:{attribute:!1},_config:{state:!0}};constructor(){super(),this._config=void 0}setConfig(t){if(t.entity!==void 0&&!String(t.entity).startsWith("lock."))throw new Error("entity: a lock is needed, or leave it out for all doors");this._config=t}static getConfigForm(){return{schema:[{name:"entity",selector:{entity:{filter:{domain:"lock"}}}},{name:"name",selector:{text:{}}},{type:"grid",name:"",schema:Gs.map(t=>({name:t,default:!0,selector:{boolean:{}}}))},{name:"rows",default:rs,selector:{number:{min:1,max:50,mode:"box"}}}],computeLabel:(t,e)=>e(`component.aqara_lock.common.option_${t.name}`)||t.name,computeHelper:(t,e)=>e(`component.aqara_lock.common.helper_${t.name}`)||void 0}}static getStubConfig(t){let[e]=Y(t);return e?{entity:e}:{}}getCardSize(){return this._config?.activity===!1?3:8}getGridOptions(){return{columns:12,min_columns:6,rows:"auto"}}_states(t){let e=this._config?.entity;return(e?[e]:this._store?.locks.map(i=>i.entity_ids.lock)??[]).map(i=>t.states[i])}render(){let t=this._store,e=this._config;return!t||!e||!this.hass?c:a`<ha-card>
<div class="content">
${this.hass.connected?c:a`<p class="lost" role="status">${this._say("connection_lost")}</p>`}
${e.entity?this._one(e,e.entity):this._all(e)}
</div>
</ha-card>`}_one(t,e){let s=this._store,i=s.lockOf(e),n=i&&s.healthOf(i.lock_id);return a`
<aqara-lock-door
.hass=${this.hass}
.entity=${e}
.name=${t.name}
.confirm=${t.confirm!==!1}
></aqara-lock-door>
${this._phase(i!==void 0)}
${n&&t.path!==!1?a`<aqara-lock-path .hass=${this.hass} .health=${n}></aqara-lock-path>`:c}
${i&&t.activity!==!1?this._history([i.lock_id]):c}
${n?this._notices([...n.findings,...s.health?.home??[]]):c}
`}_all(t){let e=this.hass,s=this._store,i=B(s.locks,e.states,s.health);return a`
${s.locks.length?a`<h2 class="sum ${W(i)}" role="status">
${t.name?a`${t.name}: `:c}${this._say(...I(i))}
</h2>`:c}
${this._phase(s.locks.length>0)}
${s.locks.map(n=>{let r=s.healthOf(n.lock_id),h=r?.path.some(l=>l.state!=="ok");return a`
<aqara-lock-door
.hass=${e}
.entity=${n.entity_ids.lock}
.name=${n.name}
.confirm=${t.confirm!==!1}
></aqara-lock-door>
${h&&t.path!==!1?a`<aqara-lock-path .hass=${e} .health=${r}></aqara-lock-path>`:c}
`})}
${s.locks.length&&t.activity!==!1?this._history(void 0):c}
${this._notices([...s.health?.locks.flatMap(n=>n.findings)??[],...s.health?.home??[]])}
`}_phase(t){let e=this._store?.phase,s=e==="missing"?"not_running":e==="waiting"?"loading":t?void 0:this._config?.entity?"not_ours":"no_locks";return s?a`<p class="quiet" role="status" data-phase=${s}>${this._say(s)}</p>`:c}_history(t){return a`<aqara-lock-history
.hass=${this.hass}
.locks=${t}
.rows=${this._config?.rows??rs}
></aqara-lock-history>`}_notices(t){return this._config?.notices===!1?c:a`<aqara-lock-notices .hass=${this.hass} .findings=${t}></aqara-lock-notices>`}static styles=[y,m`ha-card{height:100%;overflow:hidden}.content{display:flex;flex-direction:column;gap:16px;padding:16px}.sum{font-size:18px;font-weight:500;line-height:24px}.sum.error{color:var(--error-color)}.lost{padding:8px 12px;border-radius:12px;background:var(--secondary-background-color)}@media(max-width:400px){.content{padding:12px}}`]};function cs(o,t){return Y(o).includes(t)?{config:{type:Zs,entity:t},label:j(o,"card_name")||void 0}:null}f("aqara-lock-card",te);async function ls(o){try{return(await o.callWS({type:"aqara_lock/locks"})).locks.map(e=>e.entity_ids.lock).filter(Boolean)}catch{return Y(o)}}var ee=o=>({type:"custom:aqara-lock-card",entity:o}),se=class extends HTMLElement{static async generate(t,e){let[s,i]=await Promise.all([Mt(e,"doors"),ls(e)]),n={type:"grid",cards:[{type:"heading",heading:s,icon:"mdi:door-closed-lock"},{type:"custom:aqara-lock-card",rows:20}]},r=i.length===1,h=i.map(l=>({type:"grid",cards:[r?ee(l):{...ee(l),activity:!1}]}));return{views:[{title:s,path:"doors",icon:"mdi:door-closed-lock",type:"sections",max_columns:3,badges:[{type:"custom:aqara-lock-badge"}],sections:r?h:[n,...h]}]}}},ie=class extends HTMLElement{static async generate(t,e){let[s,i]=await Promise.all([Mt(e,"doors"),ls(e)]);return{type:"grid",cards:[{type:"heading",heading:s,icon:"mdi:door-closed-lock"},i.length===1?ee(i[0]):{type:"custom:aqara-lock-card"}]}}};f("ll-strategy-dashboard-aqara-lock-doors",se);f("ll-strategy-section-aqara-lock-doors",ie);var oe="https://github.com/aqara-lock/aqara-lock/blob/main/docs/dashboard.md";function gt(o,t){let e=window[o]??=[];e.some(i=>i.type===t.type&&i.strategyType===t.strategyType)||e.push(t)}gt("customCards",{type:"aqara-lock-card",name:"Aqara Lock",description:"A door or all of them: state, who it was, and why it does not answer",preview:!0,documentationURL:oe,getEntitySuggestion:cs});gt("customBadges",{type:"aqara-lock-badge",name:"Aqara Lock: all doors",description:"How many doors are locked, and whether all locks answer",preview:!0,documentationURL:oe});gt("customCardFeatures",{type:"aqara-lock-who",name:"Aqara Lock: last unlocked by",configurable:!1,isSupported:(o,t)=>Y(o).includes(t?.entity_id??"")});for(let o of["dashboard","section"])gt("customStrategies",{type:"aqara-lock-doors",strategyType:o,name:"Doors",description:"All locks of Aqara Lock: state, who it was, and the path to each",documentationURL:oe});
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
