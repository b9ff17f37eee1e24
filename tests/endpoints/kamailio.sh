# SPDX-License-Identifier: GPL-2.0-or-later
# Kamailio as a SIP registrar, with one TLS port for each thing that can be wrong with a certificate.

start_kamailio() {
    local address
    need_program kamailio kamailio
    need_program openssl openssl
    address=$(loopback_address "$state kamailio" 5060 5061 5062 5063 5064 5065 5066 5067 5070)
    run_kamailio "$address"
    tell "HOST=$address" SIP_PORT=5060 SIP_PORT_WITHOUT_QOP=5070 TLS_PORT=5061 TLS_PORT_EXPIRED=5062 TLS_PORT_SELF_SIGNED=5063 \
        TLS_PORT_WRONG_NAME=5064 TLS_PORT_TLS10=5065 TLS_PORT_CLIENT_CERTIFICATE=5066 TLS_PORT_SNI=5067 \
        "CERTIFICATES=$run/certificates" "CA=$run/certificates/ca.pem" "CONSOLE=$run/kamailio-console"
}

# run_kamailio ADDRESS [WORD…]: the words go before the command, to run it in a namespace. Port 5061 speaks $kamailio_tls and
# shows the certificate $kamailio_certificate; $kamailio_verify says whether phones need one.
kamailio_tls=TLSv1.2+ kamailio_certificate=good kamailio_verify=no
run_kamailio() {
    local address=$1
    shift
    make_certificates "$run/certificates" "$address"
    fill "$here/kamailio/kamailio.cfg.in" "$run/kamailio.cfg" "ADDRESS=$address" "RUN=$run"
    fill "$here/kamailio/tls.cfg.in" "$run/tls.cfg" "ADDRESS=$address" "CERTIFICATES=$run/certificates" "METHOD=$kamailio_tls" \
        "CERTIFICATE=$kamailio_certificate" "VERIFY=$kamailio_verify"
    write_script "$run/kamailio-console" kamcmd -s "unix:$run/kamailio.control"
    # Debian's OpenSSL no longer speaks TLS 1.0; the port for it must.
    launch "$run/kamailio.log" "$@" env "OPENSSL_CONF=$here/kamailio/openssl.cnf" kamailio -DD -E -m 128 -f "$run/kamailio.cfg" -Y "$run" \
        -P "$run/kamailio.pid"
    wait_until 200 "Kamailio on $address port 5060" "$run/kamailio.log" "$@" python3 "$here/probe.py" sip udp "$address" 5060 OPTIONS 1001
    wait_until 100 "Kamailio on $address port 5061" "$run/kamailio.log" "$@" python3 "$here/probe.py" tcp "$address" 5061
}

# make_certificates FOLDER ADDRESS: ca.pem, and key and certificate for good, expired, wrong, self and phone.
make_certificates() {
    local folder=$1 address=$2 name
    mkdir "$folder"
    (
        cd "$folder"
        fill "$here/kamailio/ca.cnf.in" ca.cnf "FOLDER=$folder" "ADDRESS=$address"
        : >index.txt
        for name in ca good expired wrong self phone; do
            openssl ecparam -name prime256v1 -genkey -noout -out "$name.key"
        done
        openssl req -x509 -config ca.cnf -extensions authority -key ca.key -days 30 -subj "/CN=regflow test CA" -out ca.pem
        openssl req -x509 -config ca.cnf -extensions good -key self.key -days 30 -subj "/CN=$address" -out self.pem
        sign good "$address" good "$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)" "$(date -u -d '+30 days' +%Y%m%d%H%M%SZ)"
        sign expired "$address" good 20200101000000Z 20210101000000Z
        sign phone SEP001122334455 phone "$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)" "$(date -u -d '+30 days' +%Y%m%d%H%M%SZ)"
        sign wrong sip.example.org wrong "$(date -u -d '-1 day' +%Y%m%d%H%M%SZ)" "$(date -u -d '+30 days' +%Y%m%d%H%M%SZ)"
        chmod a+r ./*.pem ./*.key
    ) >"$run/certificates.log" 2>&1 || { show_end "$run/certificates.log"; fail "openssl does not make the test certificates (see above)"; }
}

# sign NAME SUBJECT EXTENSIONS FROM UNTIL
sign() {
    openssl req -new -config ca.cnf -key "$1.key" -subj "/CN=$2" -out "$1.csr"
    openssl ca -batch -config ca.cnf -notext -extensions "$3" -startdate "$4" -enddate "$5" -in "$1.csr" -out "$1.pem"
}
