/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "registration/anonymise/field_words.h"

#include <stddef.h>

/* In small letters; shorter ones than four letters need not stand here. Some are several in one, as they are written.
 */
const char *const field_words[] = {
    /* Headers, parameters, option tags and event packages of SIP: the registry of IANA, and those of Cisco's */
    "xmlns namespace acceptcontact accesstype aead alert anat annexb answer answermode apple asserted asserts "
    "associated "
    "attended authenticated binding breadth bulkregisterreq calid called callerid callinfo calling capability "
    "caps carrier certid charging cmip cname comp compress compression conditional copy correlation ctiid "
    "dbregister digit digits direct distribution dvce echo escapecodes eventlist expiry extended extmap feature "
    "features flow force forwarding function generated generation geolocation guid histinfo history identity "
    "initiated initiator intercept isup join liked location loose matched media mgcp mixer monrec msid mslabel "
    "multiple mwiupdatereq nextnonce norefer norefersub nosub note oauth obtained offline optionsind originating "
    "outbound packet panel parties permission persist pidf preferred preflight prid protected provider purr "
    "reachable recipient recv redirection references refresh refresher refsub reginfo replace replyto resets "
    "resource restoration rinstance rseq rspauth sanity scanner script sctpmap secure served serviceuri sigcomp "
    "simplemessagesummary sipfrag source spirits sprop ssrc station stcapp talk target tdialog terminating third "
    "timer timers timestamps token trace transferred trunk ufrag unot unsolicited urgent usage user2user "
    "userhash userjid visited watcher xcap ysize ",
    /* Headers, methods and values of HTTP */
    "acceptcharset agents allowed alternates apache attachment authorize bytes checkin checkout chunked "
    "compatible connect continue cookie cookie2 coyote credentials cross deflate delta depth destination detail "
    "embed etag expect fetch form frame frameoptions gecko gzip immutable lock match mkcol modified move must "
    "mustrevalidate nosniff origin origins patch pingback poll polling powered pragma propfind proppatch range "
    "ranges referer referrer revalidate robots safari sameorigin sites sniff store strict trailer trailers "
    "transform unless unlock upgradable upgrade urlencoded vary viewport webdav website websocket xmlhttp ",
    /* What bodies are: types of media */
    "archive attached base64 binary calendar certificate chat comma commands composing conferenceinfo cpim csta "
    "dialogi dtmf edge encoded encrypted envelope external font geopriv icon iscomposing javascript jpeg keyprov "
    "kpmlrequest mime mpeg octets parallel pkcs pkcs10 pkcs7 printable quoted related relay remotecci rlmi "
    "separated sieve signed smime soap tiff uniqueboundary vcard watcherinfo webm webp xhtml ",
    /* Elements, attributes and settings of phones: Cisco's */
    "abandoned above absent accountindex acoustic activate activated activation activecalls adapter added "
    "additional addon addressbook adjust admin administrator advertise alerting alignment amber amount "
    "amplifier analog announce annunciator answered anysoftware anywhere appearance applications archived "
    "area array assigned assistant async attempted attendant attr attribute authname author authpassword "
    "authserver authz autoanswer autodial autodst autoregistrationname autoselect availability available "
    "avatar away ",
    "background backlight backspace balance bandwidth banner barge base beaker beep begin below bind "
    "bitrate bits black blank blink block blue body bold boolean boot border bottom broadcast browse "
    "browser buddylist buffer build bulk bundle burst button buttons bypass ",
    "cadence callback callee caller calllist calllog callpark callpickup camera camp capabilities capf "
    "caption capture card cascade cast category cdpenable cell cells center cert certs change changed "
    "changes channel channels char character characters charge chart child choice circuit city civic "
    "clear click client clients clock clone cnfbased code codec codec1 codecs codes collect color colors "
    "colour column columns combine command comment comments common community company compat complete "
    "component components compose computer config configs configuration confirm confirmed conflict "
    "console consult consultation contactlist contacts container contents contrast controlled controller "
    "controls coordinates copyright count counter country cover create creation criteria custom customer "
    "cycle ",
    "daily datagram dated datetime daylight days dead debug decline decode decoder defaultphoto defaults "
    "delay delete delimiter delivery department desc design desk desktop detect detection deviceprotocol "
    "diagnostic dialed dialer dialing dialled dialling dialnow dialrule dialrules dialtone dict differ "
    "digital digitmap dimension directed direction directorys disc discard discover discovery displayname "
    "displays distinctive divert dock document documents does domains done dosage double download "
    "downloads drop dscp dtls dual dump duplicate dynamic ",
    "each edit editable editor effect element elements elin else email emcc emergency empty encode "
    "encoder encr encrconfig encryption endpoint endpoints energy engine enhanced enrollment entries enum "
    "envelopes equal errors escape established exclude exclusive execute executeitem exit expand "
    "expiration expire export extend extension extra ",
    "facility fail failback failover failure fallthrough fast featureid featurelabel field fields "
    "filename filter final find fips firstname fixed flag flags flash float floor focus folder foreground "
    "format formatted forward four fourth fraction fragment frames free frequency fullname func funct "
    "functional functions ",
    "gain game gapi garp gateways general generate generic given givenname global gprs graphic graphics "
    "green grid group groupid groups guest guide ",
    "handler handlers handsfree hangup hard hash header headers heading headsets heartbeat height hello "
    "hidden hide high highlight hold hostname hosts hoteling hotline hour hours ",
    "icons ident identifier identities ieee ignore imagelist images imap immediate impl import incoming "
    "increment indicate indication indicator infos initial initialize inject input inputs insert inside "
    "instances integer intercom interdigit interface interfaces interval invalidate invocation invoke "
    "ipphone ipv4 ipv6 issuer item itemlist items iterator ",
    "journal ",
    "kern keyboard keyp keypad keyset kind known ",
    "labels land landmark lang large lastname latitude layer layout ldapsearch leave left legacy level "
    "levels life lifetime light limited linelabel linename linenumber lines linetext link linked links "
    "listen listener lists literal live lldpenable loaded locate locations locked logged logger logging "
    "logins logo logout longitude longname look lookup loopback lower ",
    "machine macro mailbox main mainmenu mains maintenance major make mandatory manifest manual "
    "manufacturer mapping margin mark mask master matches maximum meaning measure medium meet meeting "
    "meetings meetme memo memory memorykey menu menus meta meter methods metrics micro middle middlename "
    "military millis minimum minor minus minute minutes missed mlpp mobile mobilenumber mode modelnumber "
    "modem modes modifiable modify module modules monitor monitoring month msgs multi multicast multiline "
    "music mute muted ",
    "namespace naming national native navigate navigation need neighbor neighbors nested networks "
    "nickname nodes noise norm notes notification notifications notified novelty ntps numb numberlist "
    "numbers numeric ",
    "object objects obtain occupied offer offers offhook officenumber offset onhook opened operator "
    "optionals order organization organizations orient orientation original other othernumber outgoing "
    "outline output outputs outside over overlay override owner ",
    "pack package packages packets padding page pager pages paging pair para param parameter parameters "
    "paramlist params parent park parking parm parse participant participantnum participants party "
    "passphrase passthrough passwd paths pattern patterns pause payload pcport pcportspeed peer pending "
    "percent performance period periodic perm permit persistent person personal phonebook phonedirectory "
    "phonelabel phonenumber phonetext photo physical pick pickup pickupcode pickupvalue picture piece "
    "pilot ping pixel pixels place placed plan plane platform play playback player plugin plus point "
    "pointer points policies pool popup position possible postal postfix potential preempt preemption "
    "prefer preference preferences prefix preset pressed preview print privilege privileges probe problem "
    "processing processnode prod product production products profiles program programmable progress "
    "prompt properties property protect protocol protocols provision provisioned provisioning proxies "
    "pstn pull push ",
    "qrcode quality queue quick quiet quit ",
    "radio radius random rank rate rates ratio reach read reader readonly ready real realname reasons "
    "receive receiver recent recorder recording records recovery recursion redial redirect redirects "
    "redundancy redundant reference refused regex region registrar registrarname registrars registrations "
    "relation relationship release reload remark remote remove removed rename render repeat replica reply "
    "report reports requested requests reserve reserved resize resolution resolve resolver resources "
    "respond responder responses restore restricted restriction result results resume retain retries "
    "retrieve retry return returns reverse revision rewrite right rights ringer rings ringsplash ringtone "
    "roam roaming role roles rollover room root rotate round routes routing rows rule rules ",
    "sample save saved savings scale scan sccpusers schedule schema scheme scope screen screens scroll "
    "scrolling search season seconds secret section sections secured segment select selected selection "
    "selector self send sender sending sensitive sent separator sequence serv serverlist sets setting "
    "settings settingsaccess severity shade shadow shape share shared shell shift short shortname show "
    "shutdown side sidekick sidetone sign signaling signalling signature silence silent simplified single "
    "site size sizes skip sleep slot slow small smart smtp snap snapshot snmp snooping softkeyevent "
    "softkeyeventmsg softkeyset sort sound span spanpc spantopc spare special specific speech split "
    "spoken square srtp sshd sshpassword sshuserid ssid stack stage stamp standard star start started "
    "startup stat stations statistics stats statuses step steps sticky stop storage stored straight "
    "strategy street string strings strip strong stun style styles subdomain subfield sublist submit "
    "subnet subscriber subscription subscriptions substate subtitle subtype succeed suffix suite super "
    "supervisor support suppress surname suspend swap switched swport symbol symbols symmetric "
    "synchronize syntax syslog ",
    "table tables tabs tags take tall targets task technology telco telephonenumber telephony television "
    "temp template templates temporary term terminal terminate territory tested testing texture theme "
    "themes thread three threshold thumbnail tick ticket time timeformat timeouts times timespec timezone "
    "title titles toggle tokens tool tools topic total touch track traffic trail train transaction "
    "transactions transcoder translate translation transmission transmit transparent tree trigger "
    "truncate trust trusted trustlist tune tunnel tuple turn turns twice types ",
    "unattended underline unheld unicode unique universal unmute unread unsecured unsigned until "
    "untrusted updated updates upload upper uptime urls usable used usergroup userid userinfo userlist "
    "usermodifiable users using utility ",
    "valid validate validation values variable variant vendor vendorconfig verification verify versions "
    "versionstamp vertical view viewer views virtual visibility visible visual vlanid volume ",
    "waits wake wallpaper wallpapers warn watch watermark wave weather webaccess webpage webserver week "
    "weekly weight white whitelist wide wideband widget width wildcard window windows wire wired wireless "
    "wizard word work worked workspace world wrap writable write ",
    "xmpp xpath ",
    "year yearly yellow ",
    "zone zones zoom zrtp ",
    /* Calls, presence and places in XML: CSTA, RFC 3863, RFC 4235, RFC 4575, RFC 3680, RFC 4119, RFC 4730 */
    "accuracy activities alternate appliance automatic building civicaddress csta3 dialoginfo ecma held loginid "
    "makecall mood presentity unsubscribe usageexpire widescreen ",
    /* Alarms */
    "connectionmonitor deviceinformation duplicated inservice keepalives lastknown lastreset neighborip "
    "neighborport protocolinuse reasoncode unregistration unregreason ",
    NULL,
};

/* Of makers, of their parts and firmware, and of what they are built on. */
const char *const product_words[] = {
    "acme acrobits adtran alcatel algo allied amazon android applewebkit arch aruba atcom audiocodes azure "
    "behind bintec brekeke bria broadsoft broadvoice broadworks bullseye buster camelot centos chrome chromium "
    "cirpack cisco3pcc ciscoipphone ciscoipphones collaboration counterpath csipsimple cups curl cyberdata dahdi "
    "debian deskphone dhcpcd dialogic digium docsis docsis3 doorbird edgemarc edgewater elastix ericsson escene "
    "exosip exosip2 expressroad expressway fanvil firefox flexisip foundation fpbx friendly fritz fritzbox "
    "fusionpbx genband gigasetpro gopbx groundwire hpbx htek huawei ingate innovaphone intel internet iphone "
    "issabel jetdirect jetty jitsi kame konftel lancom lenovo libcurl libre librem libsrtp lighttpd linksys "
    "linux lucent lync macos mediant mediatrix meraki metaswitch microsip microsoft mikrotik mozilla msft neofon "
    "nero nginx nonstop nortel obihai okhttp ooma opera oracle patton perl pexip phoner phonerlite pjproject "
    "pjsua plantronics poly polycomsoundpointip polycomvvx pxeclient python raspberry realpresence redhat ribbon "
    "rondo samsung scopia siemens sipcli sipgate sipgateway sipnetic sipps sipsak siptapi sipura skype snomd "
    "sofia softx sonus soundpoint soundstation spectralink starface swyx tandberg teams telekom tiptel toshiba "
    "trident trio twilio ubiquiti ubuntu udhcp udhcpc undi unify unix vega verso virtualbox vmware vocera "
    "vodafone voipfone vonage vtech webex webkit webrtc werkzeug wget wildix wxwidgets xenial xlite xorcom yate "
    "zoiper zultys zyxel ",
    /* Parts of firmware */
    "apps book dfsg galaxy ipad kern macbook pixel preload rootfs sboot skern term term00 ",
    /* What is in any of them */
    "agents apache apple appliance attendant browser build business client combined compatible console coyote "
    "desktop edition endpoint enterprise extension free gecko general library media mobile module official "
    "platform plus portable project release requests robot robots safari scan scanner script series soft "
    "softclient standard station suite terminal tools trial trunk virtual webclient window windows wireless work "
    "worker ",
    /* Who looks for servers that are open */
    "pplsip sipvicious sundayddr vaxsip ",
    /* Languages and countries of phones */
    "arabic argentina australia austria belgium brazil bulgaria bulgarian canada catalan chile china chinese "
    "colombia croatia croatian cyprus czech danish denmark deutsch dutch egypt england espanol estonia estonian "
    "finland finnish francais greece greek hebrew hong hungarian hungary iceland india indonesia ireland israel "
    "italia italiano italy japan japanese kong korea korean latvia latvian lithuania lithuanian luxembourg "
    "malaysia mexico netherlands nigeria norway norwegian philippines poland polish portugal portuguese republic "
    "romania romanian russia russian serbia serbian singapore slovak slovakia slovenia slovenian south sweden "
    "swedish swiss switzerland taiwan thai thailand traditional turkey turkish ukraine ukrainian venezuela "
    "zealand zimbabwe ",
    NULL,
};
