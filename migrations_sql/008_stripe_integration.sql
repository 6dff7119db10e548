-- 008_stripe_integration: creates djstripe_account, djstripe_accountv2, djstripe_activeentitlement, djstripe_apikey, djstripe_applicationfee, djstripe_applicationfeerefund, djstripe_balancetransaction, djstripe_bankaccount and 54 more
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['djstripe.0001_initial', 'djstripe.0002_2_10', 'djstripe.0003_2_11', 'billing.008_stripe_integration'];
    tables text[] := ARRAY['djstripe_account', 'djstripe_accountv2', 'djstripe_activeentitlement', 'djstripe_apikey', 'djstripe_applicationfee', 'djstripe_applicationfeerefund', 'djstripe_balancetransaction', 'djstripe_bankaccount', 'djstripe_card', 'djstripe_charge', 'djstripe_countryspec', 'djstripe_coupon', 'djstripe_customer', 'djstripe_discount', 'djstripe_dispute', 'djstripe_djstripeinvoicedefaulttaxrate', 'djstripe_djstripeinvoiceitemtaxrate', 'djstripe_djstripepaymentmethod', 'djstripe_djstripesubscriptionitemtaxrate', 'djstripe_earlyfraudwarning', 'djstripe_event', 'djstripe_feature', 'djstripe_file', 'djstripe_filelink', 'djstripe_idempotencykey', 'djstripe_invoice', 'djstripe_invoiceitem', 'djstripe_issuing_authorization', 'djstripe_issuing_card', 'djstripe_issuing_cardholder', 'djstripe_issuing_dispute', 'djstripe_issuing_transaction', 'djstripe_lineitem', 'djstripe_mandate', 'djstripe_paymentintent', 'djstripe_paymentmethod', 'djstripe_payout', 'djstripe_price', 'djstripe_product', 'djstripe_productfeature', 'djstripe_promotioncode', 'djstripe_refund', 'djstripe_review', 'djstripe_scheduledqueryrun', 'djstripe_session', 'djstripe_setupintent', 'djstripe_shippingrate', 'djstripe_source', 'djstripe_sourcetransaction', 'djstripe_subscription', 'djstripe_subscriptionitem', 'djstripe_subscriptionschedule', 'djstripe_taxcode', 'djstripe_taxid', 'djstripe_taxrate', 'djstripe_transfer', 'djstripe_transferreversal', 'djstripe_upcominginvoice', 'djstripe_verificationreport', 'djstripe_verificationsession', 'djstripe_webhookendpoint', 'djstripe_webhookeventtrigger']::text[];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    applied integer;
    missing text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF current_schema() IS NULL OR NOT has_schema_privilege(current_schema(), 'CREATE') THEN
        RAISE EXCEPTION 'The role % may not create tables in the schema %. Nothing was changed: apply this file as the owner of the database.',
            current_user, coalesce(current_schema(), 'of its search_path, which does not exist');
    END IF;
    IF to_regclass(ledger) IS NOT NULL THEN
        SELECT pg_get_userbyid(relowner) INTO missing FROM pg_class
            WHERE oid = to_regclass(ledger) AND NOT pg_has_role(relowner, 'USAGE');
        IF FOUND THEN
            RAISE EXCEPTION 'The tables belong to the role %, and % is not a member of it. Nothing was changed.', missing, current_user;
        END IF;
        SELECT count(*) INTO applied FROM django_migrations WHERE app || '.' || name = ANY (migrations);
        IF applied = cardinality(migrations) THEN
            RAISE EXCEPTION '008_stripe_integration has been applied already. Nothing was changed.';
        ELSIF applied > 0 THEN
            RAISE EXCEPTION '008_stripe_integration is half applied: % of its % migrations are recorded. Nothing was changed: finish it with manage.py migrate.',
                applied, cardinality(migrations);
        END IF;
    END IF;
    IF to_regclass(ledger) IS NULL THEN
        RAISE EXCEPTION 'Apply 000_framework before 008_stripe_integration. Nothing was changed.';
    END IF;
    SELECT earlier.file INTO missing
        FROM (VALUES ('000_framework', 'accounts.000_framework'), ('000_framework', 'blogai.000_framework'), ('001_create_generated_content', 'generation.001_create_generated_content'), ('002_create_tool_usage', 'generation.002_create_tool_usage'), ('003_create_conversations', 'generation.003_create_conversations'), ('004_add_favorites', 'generation.004_add_favorites'), ('004_create_templates', 'generation.004_create_templates'), ('005_create_brand_profiles', 'generation.005_create_brand_profiles'), ('006_enhance_brand_voice_training', 'generation.006_enhance_brand_voice_training'), ('007_usage_quotas', 'billing.007_usage_quotas')) AS earlier (file, migration)
        WHERE NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = earlier.migration)
        ORDER BY earlier.file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Apply % before 008_stripe_integration. Nothing was changed.', missing;
    END IF;
    SELECT string_agg(name, ', ') INTO missing FROM unnest(tables) AS name
        WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NOT NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The schema % already has tables that 008_stripe_integration creates: %. Nothing was changed.', current_schema(), missing;
    END IF;
END
$guard$;

-- Tables of other packages (migrations ab02628b8b802c9f, text b80d0150a50dd980)
CREATE TABLE djstripe_account (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_account ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_account_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_accountv2 (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_accountv2 ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_accountv2_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_activeentitlement (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_activeentitlement ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_activeentitlement_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_apikey (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    created timestamp with time zone,
    id character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    name character varying(100) NOT NULL,
    secret character varying(128) NOT NULL,
    livemode boolean NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_apikey ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_apikey_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_applicationfee (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    account_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    balance_transaction_id character varying(255) NOT NULL,
    charge_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_applicationfee ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_applicationfee_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_applicationfeerefund (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    fee_id character varying(255) NOT NULL,
    balance_transaction_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_applicationfeerefund ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_applicationfeerefund_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_balancetransaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    source character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_balancetransaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_balancetransaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_bankaccount (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    fingerprint character varying(16) NOT NULL,
    account_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_bankaccount ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_bankaccount_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_card (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    fingerprint character varying(16) NOT NULL,
    account_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_card ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_card_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_charge (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount numeric(14,2) NOT NULL,
    currency character varying(3) NOT NULL,
    status character varying(255) NOT NULL,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255),
    customer_id character varying(255),
    source_id character varying(255),
    invoice_id character varying(255),
    payment_intent_id character varying(255),
    payment_method_id character varying(255)
);
ALTER TABLE djstripe_charge ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_charge_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_countryspec (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    id character varying(2) NOT NULL,
    default_currency character varying(3) NOT NULL,
    supported_bank_account_currencies jsonb NOT NULL,
    supported_payment_currencies jsonb NOT NULL,
    supported_payment_methods jsonb NOT NULL,
    supported_transfer_countries jsonb NOT NULL,
    verification_fields jsonb NOT NULL
);
CREATE TABLE djstripe_coupon (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    id character varying(500) NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_coupon ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_coupon_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_customer (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    email text NOT NULL,
    date_purged timestamp with time zone,
    djstripe_owner_account_id character varying(255),
    subscriber_id uuid,
    default_payment_method_id character varying(255)
);
ALTER TABLE djstripe_customer ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_customer_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_discount (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    promotion_code character varying(255) NOT NULL,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    invoice_id character varying(255),
    subscription_id character varying(255)
);
ALTER TABLE djstripe_discount ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_discount_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_dispute (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    charge_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id character varying(255)
);
ALTER TABLE djstripe_dispute ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_dispute_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_djstripeinvoicedefaulttaxrate (
    id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    taxrate_id bigint NOT NULL
);
ALTER TABLE djstripe_djstripeinvoicedefaulttaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_djstripeinvoicedefaulttaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_djstripeinvoiceitemtaxrate (
    id bigint NOT NULL,
    invoiceitem_id bigint NOT NULL,
    taxrate_id bigint NOT NULL
);
ALTER TABLE djstripe_djstripeinvoiceitemtaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_djstripeinvoiceitemtaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_djstripepaymentmethod (
    id character varying(255) NOT NULL,
    type character varying(50) NOT NULL
);
CREATE TABLE djstripe_djstripesubscriptionitemtaxrate (
    id bigint NOT NULL,
    subscriptionitem_id bigint CONSTRAINT djstripe_djstripesubscriptionitemt_subscriptionitem_id_not_null NOT NULL,
    taxrate_id bigint NOT NULL
);
ALTER TABLE djstripe_djstripesubscriptionitemtaxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_djstripesubscriptionitemtaxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_earlyfraudwarning (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_earlyfraudwarning ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_earlyfraudwarning_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_event (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    api_version character varying(64) NOT NULL,
    data jsonb NOT NULL,
    request_id character varying(50) NOT NULL,
    idempotency_key text NOT NULL,
    type character varying(250) NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_event ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_event_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_feature (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_feature ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_feature_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_file (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_file ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_file_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_filelink (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    file_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_filelink ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_filelink_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_idempotencykey (
    uuid uuid NOT NULL,
    action character varying(100) NOT NULL,
    livemode boolean NOT NULL,
    created timestamp with time zone NOT NULL
);
CREATE TABLE djstripe_invoice (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    charge_id bigint,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    payment_intent_id bigint,
    default_payment_method_id character varying(255),
    subscription_id character varying(255)
);
ALTER TABLE djstripe_invoice ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_invoice_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_invoiceitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    invoice_id character varying(255),
    price_id bigint,
    subscription_id character varying(255)
);
ALTER TABLE djstripe_invoiceitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_invoiceitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_issuing_authorization (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_issuing_authorization ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_issuing_authorization_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_issuing_card (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_issuing_card ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_issuing_card_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_issuing_cardholder (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_issuing_cardholder ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_issuing_cardholder_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_issuing_dispute (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_issuing_dispute ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_issuing_dispute_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_issuing_transaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_issuing_transaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_issuing_transaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_lineitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    invoice_item_id character varying(255),
    subscription_id character varying(255),
    subscription_item_id character varying(255)
);
ALTER TABLE djstripe_lineitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_lineitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_mandate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    payment_method_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_mandate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_mandate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_paymentintent (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    on_behalf_of_id character varying(255),
    payment_method_id character varying(255)
);
ALTER TABLE djstripe_paymentintent ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_paymentintent_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_paymentmethod (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_paymentmethod ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_paymentmethod_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_payout (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    currency character varying(3) NOT NULL,
    balance_transaction_id character varying(255),
    destination_id character varying(255),
    djstripe_owner_account_id character varying(255),
    failure_balance_transaction_id character varying(255),
    original_payout_id bigint,
    reversed_by_id bigint
);
ALTER TABLE djstripe_payout ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_payout_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_price (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    active boolean NOT NULL,
    currency character varying(3) NOT NULL,
    nickname character varying(250) NOT NULL,
    lookup_key character varying(250),
    djstripe_owner_account_id character varying(255),
    product_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_price ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_price_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_product (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    name text NOT NULL,
    active boolean,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_product ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_product_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_productfeature (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    entitlement_feature_id character varying(255) NOT NULL,
    product_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_productfeature ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_productfeature_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_promotioncode (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_promotioncode ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_promotioncode_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_refund (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    balance_transaction_id character varying(255),
    charge_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    failure_balance_transaction_id character varying(255)
);
ALTER TABLE djstripe_refund ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_refund_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_review (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_review ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_review_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_scheduledqueryrun (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    data_load_time timestamp with time zone NOT NULL,
    error jsonb,
    result_available_until timestamp with time zone NOT NULL,
    sql text NOT NULL,
    status character varying(255) NOT NULL,
    title text NOT NULL,
    djstripe_owner_account_id character varying(255),
    file_id character varying(255)
);
ALTER TABLE djstripe_scheduledqueryrun ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_scheduledqueryrun_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_session (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id character varying(255),
    setup_intent_id character varying(255),
    subscription_id character varying(255)
);
ALTER TABLE djstripe_session ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_session_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_setupintent (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255),
    on_behalf_of_id character varying(255),
    payment_method_id character varying(255)
);
ALTER TABLE djstripe_setupintent ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_setupintent_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_shippingrate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    tax_code_id character varying(255)
);
ALTER TABLE djstripe_shippingrate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_shippingrate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_source (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_source ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_source_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_sourcetransaction (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    ach_credit_transfer jsonb NOT NULL,
    amount numeric(14,2),
    currency character varying(3) NOT NULL,
    customer_data jsonb,
    status character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    source_id character varying(255)
);
ALTER TABLE djstripe_sourcetransaction ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_sourcetransaction_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_subscription (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    customer_id character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_subscription ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_subscription_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_subscriptionitem (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255),
    price_id bigint,
    subscription_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_subscriptionitem ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_subscriptionitem_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_subscriptionschedule (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    canceled_at timestamp with time zone,
    completed_at timestamp with time zone,
    current_phase jsonb,
    default_settings jsonb,
    end_behavior character varying(255) NOT NULL,
    phases jsonb,
    released_at timestamp with time zone,
    status character varying(255) NOT NULL,
    customer_id bigint NOT NULL,
    djstripe_owner_account_id character varying(255),
    released_subscription_id bigint,
    subscription_id bigint
);
ALTER TABLE djstripe_subscriptionschedule ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_subscriptionschedule_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_taxcode (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_taxcode ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_taxcode_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_taxid (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    customer_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_taxid ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_taxid_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_taxrate (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_taxrate ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_taxrate_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_transfer (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_transfer ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_transfer_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_transferreversal (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    balance_transaction_id character varying(255),
    djstripe_owner_account_id character varying(255),
    transfer_id character varying(255) NOT NULL
);
ALTER TABLE djstripe_transferreversal ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_transferreversal_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_upcominginvoice (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    charge_id bigint,
    customer_id character varying(255) NOT NULL,
    default_payment_method_id character varying(255),
    djstripe_owner_account_id character varying(255),
    payment_intent_id bigint,
    subscription_id character varying(255)
);
ALTER TABLE djstripe_upcominginvoice ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_upcominginvoice_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_verificationreport (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    document jsonb,
    id_number jsonb,
    options jsonb,
    selfie jsonb,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255)
);
ALTER TABLE djstripe_verificationreport ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_verificationreport_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_verificationsession (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    last_error jsonb,
    redaction jsonb,
    verified_outputs jsonb,
    status character varying(255) NOT NULL,
    type character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    last_verification_report_id character varying(255)
);
ALTER TABLE djstripe_verificationsession ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_verificationsession_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_webhookendpoint (
    djstripe_created timestamp with time zone NOT NULL,
    djstripe_updated timestamp with time zone NOT NULL,
    stripe_data jsonb NOT NULL,
    djstripe_id bigint NOT NULL,
    id character varying(255) NOT NULL,
    livemode boolean,
    created timestamp with time zone,
    metadata jsonb,
    api_version character varying(64) NOT NULL,
    enabled_events jsonb NOT NULL,
    secret character varying(256) NOT NULL,
    status character varying(255) NOT NULL,
    url character varying(2048) NOT NULL,
    application character varying(255) NOT NULL,
    djstripe_uuid uuid NOT NULL,
    djstripe_tolerance smallint NOT NULL,
    djstripe_validation_method character varying(255) NOT NULL,
    djstripe_owner_account_id character varying(255),
    CONSTRAINT djstripe_webhookendpoint_djstripe_tolerance_check CHECK ((djstripe_tolerance >= 0))
);
ALTER TABLE djstripe_webhookendpoint ALTER COLUMN djstripe_id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_webhookendpoint_djstripe_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE djstripe_webhookeventtrigger (
    id bigint NOT NULL,
    remote_ip inet NOT NULL,
    headers jsonb NOT NULL,
    body text NOT NULL,
    valid boolean NOT NULL,
    processed boolean NOT NULL,
    exception character varying(128) NOT NULL,
    traceback text NOT NULL,
    djstripe_version character varying(32) NOT NULL,
    created timestamp with time zone NOT NULL,
    updated timestamp with time zone NOT NULL,
    event_id character varying(255),
    stripe_trigger_account_id character varying(255),
    webhook_endpoint_id character varying(255)
);
ALTER TABLE djstripe_webhookeventtrigger ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME djstripe_webhookeventtrigger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY djstripe_account
    ADD CONSTRAINT djstripe_account_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_account
    ADD CONSTRAINT djstripe_account_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentitlement_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentitlement_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_secret_key UNIQUE (secret);
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_applicationfee_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_applicationfee_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_applicationfeerefund_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_applicationfeerefund_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetransaction_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetransaction_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_card
    ADD CONSTRAINT djstripe_card_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_card
    ADD CONSTRAINT djstripe_card_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_countryspec
    ADD CONSTRAINT djstripe_countryspec_pkey PRIMARY KEY (id);
ALTER TABLE ONLY djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_id_livemode_c4511f5e_uniq UNIQUE (id, livemode);
ALTER TABLE ONLY djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_customer
    ADD CONSTRAINT djstripe_customer_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_customer
    ADD CONSTRAINT djstripe_customer_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinvoice_invoice_id_taxrate_id_bfb12c22_uniq UNIQUE (invoice_id, taxrate_id);
ALTER TABLE ONLY djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinvoice_invoiceitem_id_taxrate_i_f226923e_uniq UNIQUE (invoiceitem_id, taxrate_id);
ALTER TABLE ONLY djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinvoicedefaulttaxrate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinvoiceitemtaxrate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY djstripe_djstripepaymentmethod
    ADD CONSTRAINT djstripe_djstripepaymentmethod_pkey PRIMARY KEY (id);
ALTER TABLE ONLY djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesubscri_subscriptionitem_id_taxr_7562ac42_uniq UNIQUE (subscriptionitem_id, taxrate_id);
ALTER TABLE ONLY djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesubscriptionitemtaxrate_pkey PRIMARY KEY (id);
ALTER TABLE ONLY djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudwarning_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudwarning_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_event
    ADD CONSTRAINT djstripe_event_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_event
    ADD CONSTRAINT djstripe_event_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_feature
    ADD CONSTRAINT djstripe_feature_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_feature
    ADD CONSTRAINT djstripe_feature_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_file
    ADD CONSTRAINT djstripe_file_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_file
    ADD CONSTRAINT djstripe_file_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_idempotencykey
    ADD CONSTRAINT djstripe_idempotencykey_action_livemode_5003eb11_uniq UNIQUE (action, livemode);
ALTER TABLE ONLY djstripe_idempotencykey
    ADD CONSTRAINT djstripe_idempotencykey_pkey PRIMARY KEY (uuid);
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_charge_id_key UNIQUE (charge_id);
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_payment_intent_id_key UNIQUE (payment_intent_id);
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_authorization_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_authorization_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_card_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_card_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_cardholder_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_cardholder_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dispute_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dispute_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_transaction_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_transaction_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentintent_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentintent_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmethod_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmethod_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_original_payout_id_key UNIQUE (original_payout_id);
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_reversed_by_id_key UNIQUE (reversed_by_id);
ALTER TABLE ONLY djstripe_price
    ADD CONSTRAINT djstripe_price_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_price
    ADD CONSTRAINT djstripe_price_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_product
    ADD CONSTRAINT djstripe_product_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_product
    ADD CONSTRAINT djstripe_product_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeature_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeature_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotioncode_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotioncode_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_review
    ADD CONSTRAINT djstripe_review_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_review
    ADD CONSTRAINT djstripe_review_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrate_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrate_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_source
    ADD CONSTRAINT djstripe_source_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_source
    ADD CONSTRAINT djstripe_source_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetransaction_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetransaction_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_subscription
    ADD CONSTRAINT djstripe_subscription_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_subscription
    ADD CONSTRAINT djstripe_subscription_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptionitem_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptionitem_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptionschedule_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptionschedule_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferreversal_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferreversal_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_charge_id_key UNIQUE (charge_id);
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_payment_intent_id_key UNIQUE (payment_intent_id);
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginvoice_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificationreport_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificationreport_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificationsession_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificationsession_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_djstripe_uuid_key UNIQUE (djstripe_uuid);
ALTER TABLE ONLY djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_id_key UNIQUE (id);
ALTER TABLE ONLY djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendpoint_pkey PRIMARY KEY (djstripe_id);
ALTER TABLE ONLY djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeventtrigger_pkey PRIMARY KEY (id);
CREATE INDEX djstripe_account_djstripe_owner_account_id_64558c8f ON djstripe_account USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_account_djstripe_owner_account_id_64558c8f_like ON djstripe_account USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_account_id_d412c108_like ON djstripe_account USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_accountv2_djstripe_owner_account_id_d9b27175 ON djstripe_accountv2 USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_accountv2_djstripe_owner_account_id_d9b27175_like ON djstripe_accountv2 USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_accountv2_id_afc5a11a_like ON djstripe_accountv2 USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_activeentitleme_djstripe_owner_account_i_d4f2dd53_like ON djstripe_activeentitlement USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_activeentitlement_djstripe_owner_account_id_d4f2dd53 ON djstripe_activeentitlement USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_activeentitlement_id_e669c288_like ON djstripe_activeentitlement USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_apikey_djstripe_owner_account_id_037f32cb ON djstripe_apikey USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_apikey_djstripe_owner_account_id_037f32cb_like ON djstripe_apikey USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_apikey_secret_3a7141b8_like ON djstripe_apikey USING btree (secret varchar_pattern_ops);
CREATE INDEX djstripe_applicationfee_account_id_f50a2a15 ON djstripe_applicationfee USING btree (account_id);
CREATE INDEX djstripe_applicationfee_account_id_f50a2a15_like ON djstripe_applicationfee USING btree (account_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfee_balance_transaction_id_ff735754 ON djstripe_applicationfee USING btree (balance_transaction_id);
CREATE INDEX djstripe_applicationfee_balance_transaction_id_ff735754_like ON djstripe_applicationfee USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfee_charge_id_8ba8ce37 ON djstripe_applicationfee USING btree (charge_id);
CREATE INDEX djstripe_applicationfee_charge_id_8ba8ce37_like ON djstripe_applicationfee USING btree (charge_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfee_djstripe_owner_account_id_07bb6a78 ON djstripe_applicationfee USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_applicationfee_djstripe_owner_account_id_07bb6a78_like ON djstripe_applicationfee USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfee_id_0e5dcda7_like ON djstripe_applicationfee USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfeer_balance_transaction_id_bc35b031_like ON djstripe_applicationfeerefund USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfeer_djstripe_owner_account_i_7418f0b2_like ON djstripe_applicationfeerefund USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfeeref_djstripe_owner_account_id_7418f0b2 ON djstripe_applicationfeerefund USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_applicationfeerefund_balance_transaction_id_bc35b031 ON djstripe_applicationfeerefund USING btree (balance_transaction_id);
CREATE INDEX djstripe_applicationfeerefund_fee_id_8fabef2d ON djstripe_applicationfeerefund USING btree (fee_id);
CREATE INDEX djstripe_applicationfeerefund_fee_id_8fabef2d_like ON djstripe_applicationfeerefund USING btree (fee_id varchar_pattern_ops);
CREATE INDEX djstripe_applicationfeerefund_id_4b8013c7_like ON djstripe_applicationfeerefund USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_balancetransact_djstripe_owner_account_i_868dfd07_like ON djstripe_balancetransaction USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_balancetransaction_djstripe_owner_account_id_868dfd07 ON djstripe_balancetransaction USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_balancetransaction_id_178c6a1f_like ON djstripe_balancetransaction USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_bankaccount_account_id_5434506d ON djstripe_bankaccount USING btree (account_id);
CREATE INDEX djstripe_bankaccount_account_id_5434506d_like ON djstripe_bankaccount USING btree (account_id varchar_pattern_ops);
CREATE INDEX djstripe_bankaccount_djstripe_owner_account_id_7c978af8 ON djstripe_bankaccount USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_bankaccount_djstripe_owner_account_id_7c978af8_like ON djstripe_bankaccount USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_bankaccount_id_f9330816_like ON djstripe_bankaccount USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_card_account_id_ef99457f ON djstripe_card USING btree (account_id);
CREATE INDEX djstripe_card_account_id_ef99457f_like ON djstripe_card USING btree (account_id varchar_pattern_ops);
CREATE INDEX djstripe_card_djstripe_owner_account_id_1a2f42f2 ON djstripe_card USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_card_djstripe_owner_account_id_1a2f42f2_like ON djstripe_card USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_card_id_126b867f_like ON djstripe_card USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_charge_balance_transaction_id_2eac625e ON djstripe_charge USING btree (balance_transaction_id);
CREATE INDEX djstripe_charge_balance_transaction_id_2eac625e_like ON djstripe_charge USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_customer_id_fb15eb2b ON djstripe_charge USING btree (customer_id);
CREATE INDEX djstripe_charge_customer_id_fb15eb2b_like ON djstripe_charge USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_djstripe_owner_account_id_5664eb74 ON djstripe_charge USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_charge_djstripe_owner_account_id_5664eb74_like ON djstripe_charge USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_id_3bd5e579_like ON djstripe_charge USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_charge_invoice_id_bb36cca4 ON djstripe_charge USING btree (invoice_id);
CREATE INDEX djstripe_charge_invoice_id_bb36cca4_like ON djstripe_charge USING btree (invoice_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_payment_intent_id_e2c03053 ON djstripe_charge USING btree (payment_intent_id);
CREATE INDEX djstripe_charge_payment_intent_id_e2c03053_like ON djstripe_charge USING btree (payment_intent_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_payment_method_id_061d5812 ON djstripe_charge USING btree (payment_method_id);
CREATE INDEX djstripe_charge_payment_method_id_061d5812_like ON djstripe_charge USING btree (payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_charge_source_id_2502db60 ON djstripe_charge USING btree (source_id);
CREATE INDEX djstripe_charge_source_id_2502db60_like ON djstripe_charge USING btree (source_id varchar_pattern_ops);
CREATE INDEX djstripe_countryspec_id_f0eac598_like ON djstripe_countryspec USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_coupon_djstripe_owner_account_id_ea85f74e ON djstripe_coupon USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_coupon_djstripe_owner_account_id_ea85f74e_like ON djstripe_coupon USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_customer_default_payment_method_id_00268b63 ON djstripe_customer USING btree (default_payment_method_id);
CREATE INDEX djstripe_customer_default_payment_method_id_00268b63_like ON djstripe_customer USING btree (default_payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_customer_djstripe_owner_account_id_2c5ac18d ON djstripe_customer USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_customer_djstripe_owner_account_id_2c5ac18d_like ON djstripe_customer USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_customer_id_2ff13e9a_like ON djstripe_customer USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_customer_subscriber_id_60f5c7bc ON djstripe_customer USING btree (subscriber_id);
CREATE INDEX djstripe_discount_customer_id_eaab7ecc ON djstripe_discount USING btree (customer_id);
CREATE INDEX djstripe_discount_customer_id_eaab7ecc_like ON djstripe_discount USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_discount_djstripe_owner_account_id_76f33de0 ON djstripe_discount USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_discount_djstripe_owner_account_id_76f33de0_like ON djstripe_discount USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_discount_id_7220ad1f_like ON djstripe_discount USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_discount_invoice_id_4acd89bf ON djstripe_discount USING btree (invoice_id);
CREATE INDEX djstripe_discount_invoice_id_4acd89bf_like ON djstripe_discount USING btree (invoice_id varchar_pattern_ops);
CREATE INDEX djstripe_discount_subscription_id_c9b8f55a ON djstripe_discount USING btree (subscription_id);
CREATE INDEX djstripe_discount_subscription_id_c9b8f55a_like ON djstripe_discount USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_dispute_balance_transaction_id_aa7cb920 ON djstripe_dispute USING btree (balance_transaction_id);
CREATE INDEX djstripe_dispute_balance_transaction_id_aa7cb920_like ON djstripe_dispute USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_dispute_charge_id_ba680941 ON djstripe_dispute USING btree (charge_id);
CREATE INDEX djstripe_dispute_charge_id_ba680941_like ON djstripe_dispute USING btree (charge_id varchar_pattern_ops);
CREATE INDEX djstripe_dispute_djstripe_owner_account_id_8010e2d7 ON djstripe_dispute USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_dispute_djstripe_owner_account_id_8010e2d7_like ON djstripe_dispute USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_dispute_id_1a3a7b0d_like ON djstripe_dispute USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_dispute_payment_intent_id_dc834ee4 ON djstripe_dispute USING btree (payment_intent_id);
CREATE INDEX djstripe_dispute_payment_intent_id_dc834ee4_like ON djstripe_dispute USING btree (payment_intent_id varchar_pattern_ops);
CREATE INDEX djstripe_djstripeinvoicedefaulttaxrate_invoice_id_541494fb ON djstripe_djstripeinvoicedefaulttaxrate USING btree (invoice_id);
CREATE INDEX djstripe_djstripeinvoicedefaulttaxrate_taxrate_id_fd618ddd ON djstripe_djstripeinvoicedefaulttaxrate USING btree (taxrate_id);
CREATE INDEX djstripe_djstripeinvoiceitemtaxrate_invoiceitem_id_ddc00567 ON djstripe_djstripeinvoiceitemtaxrate USING btree (invoiceitem_id);
CREATE INDEX djstripe_djstripeinvoiceitemtaxrate_taxrate_id_bd22e20a ON djstripe_djstripeinvoiceitemtaxrate USING btree (taxrate_id);
CREATE INDEX djstripe_djstripepaymentmethod_id_698e95f6_like ON djstripe_djstripepaymentmethod USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_djstripepaymentmethod_type_a56a0cac ON djstripe_djstripepaymentmethod USING btree (type);
CREATE INDEX djstripe_djstripepaymentmethod_type_a56a0cac_like ON djstripe_djstripepaymentmethod USING btree (type varchar_pattern_ops);
CREATE INDEX djstripe_djstripesubscript_subscriptionitem_id_04bcb65f ON djstripe_djstripesubscriptionitemtaxrate USING btree (subscriptionitem_id);
CREATE INDEX djstripe_djstripesubscriptionitemtaxrate_taxrate_id_01b3bd7f ON djstripe_djstripesubscriptionitemtaxrate USING btree (taxrate_id);
CREATE INDEX djstripe_earlyfraudwarni_djstripe_owner_account_i_83708c78_like ON djstripe_earlyfraudwarning USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_earlyfraudwarning_djstripe_owner_account_id_83708c78 ON djstripe_earlyfraudwarning USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_earlyfraudwarning_id_531f1f22_like ON djstripe_earlyfraudwarning USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_event_djstripe_owner_account_id_622cdfe3 ON djstripe_event USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_event_djstripe_owner_account_id_622cdfe3_like ON djstripe_event USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_event_id_70b63fc9_like ON djstripe_event USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_feature_djstripe_owner_account_id_c571a7da ON djstripe_feature USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_feature_djstripe_owner_account_id_c571a7da_like ON djstripe_feature USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_feature_id_2b6b2a40_like ON djstripe_feature USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_file_djstripe_owner_account_id_4919c058 ON djstripe_file USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_file_djstripe_owner_account_id_4919c058_like ON djstripe_file USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_file_id_b8bf6de6_like ON djstripe_file USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_filelink_djstripe_owner_account_id_bb039aa3 ON djstripe_filelink USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_filelink_djstripe_owner_account_id_bb039aa3_like ON djstripe_filelink USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_filelink_file_id_5241d36f ON djstripe_filelink USING btree (file_id);
CREATE INDEX djstripe_filelink_file_id_5241d36f_like ON djstripe_filelink USING btree (file_id varchar_pattern_ops);
CREATE INDEX djstripe_filelink_id_87413144_like ON djstripe_filelink USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_invoice_customer_id_c0cd871c ON djstripe_invoice USING btree (customer_id);
CREATE INDEX djstripe_invoice_customer_id_c0cd871c_like ON djstripe_invoice USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_invoice_default_payment_method_id_670990d5 ON djstripe_invoice USING btree (default_payment_method_id);
CREATE INDEX djstripe_invoice_default_payment_method_id_670990d5_like ON djstripe_invoice USING btree (default_payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_invoice_djstripe_owner_account_id_cc0c7f79 ON djstripe_invoice USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_invoice_djstripe_owner_account_id_cc0c7f79_like ON djstripe_invoice USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_invoice_id_27a64f0b_like ON djstripe_invoice USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_invoice_subscription_id_2dbc2461 ON djstripe_invoice USING btree (subscription_id);
CREATE INDEX djstripe_invoice_subscription_id_2dbc2461_like ON djstripe_invoice USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_invoiceitem_customer_id_259466b8 ON djstripe_invoiceitem USING btree (customer_id);
CREATE INDEX djstripe_invoiceitem_customer_id_259466b8_like ON djstripe_invoiceitem USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_invoiceitem_djstripe_owner_account_id_9afac289 ON djstripe_invoiceitem USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_invoiceitem_djstripe_owner_account_id_9afac289_like ON djstripe_invoiceitem USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_invoiceitem_id_6fb46a4d_like ON djstripe_invoiceitem USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_invoiceitem_invoice_id_d302912e ON djstripe_invoiceitem USING btree (invoice_id);
CREATE INDEX djstripe_invoiceitem_invoice_id_d302912e_like ON djstripe_invoiceitem USING btree (invoice_id varchar_pattern_ops);
CREATE INDEX djstripe_invoiceitem_price_id_24d80db8 ON djstripe_invoiceitem USING btree (price_id);
CREATE INDEX djstripe_invoiceitem_subscription_id_a7760178 ON djstripe_invoiceitem USING btree (subscription_id);
CREATE INDEX djstripe_invoiceitem_subscription_id_a7760178_like ON djstripe_invoiceitem USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_authori_djstripe_owner_account_i_a5d3464b_like ON djstripe_issuing_authorization USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_authoriza_djstripe_owner_account_id_a5d3464b ON djstripe_issuing_authorization USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_issuing_authorization_id_c9aa2cd6_like ON djstripe_issuing_authorization USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_card_djstripe_owner_account_id_0bdfc97c ON djstripe_issuing_card USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_issuing_card_djstripe_owner_account_id_0bdfc97c_like ON djstripe_issuing_card USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_card_id_505f923b_like ON djstripe_issuing_card USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_cardhol_djstripe_owner_account_i_fa7389b4_like ON djstripe_issuing_cardholder USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_cardholder_djstripe_owner_account_id_fa7389b4 ON djstripe_issuing_cardholder USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_issuing_cardholder_id_eba09729_like ON djstripe_issuing_cardholder USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_dispute_djstripe_owner_account_i_388b366f_like ON djstripe_issuing_dispute USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_dispute_djstripe_owner_account_id_388b366f ON djstripe_issuing_dispute USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_issuing_dispute_id_0895a489_like ON djstripe_issuing_dispute USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_transac_djstripe_owner_account_i_dfdd0ee5_like ON djstripe_issuing_transaction USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_issuing_transaction_djstripe_owner_account_id_dfdd0ee5 ON djstripe_issuing_transaction USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_issuing_transaction_id_379ffc7f_like ON djstripe_issuing_transaction USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_lineitem_djstripe_owner_account_id_94fe816a ON djstripe_lineitem USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_lineitem_djstripe_owner_account_id_94fe816a_like ON djstripe_lineitem USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_lineitem_id_11970d1d_like ON djstripe_lineitem USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_lineitem_invoice_item_id_673833e2 ON djstripe_lineitem USING btree (invoice_item_id);
CREATE INDEX djstripe_lineitem_invoice_item_id_673833e2_like ON djstripe_lineitem USING btree (invoice_item_id varchar_pattern_ops);
CREATE INDEX djstripe_lineitem_subscription_id_7d83979b ON djstripe_lineitem USING btree (subscription_id);
CREATE INDEX djstripe_lineitem_subscription_id_7d83979b_like ON djstripe_lineitem USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_lineitem_subscription_item_id_6e53d0a7 ON djstripe_lineitem USING btree (subscription_item_id);
CREATE INDEX djstripe_lineitem_subscription_item_id_6e53d0a7_like ON djstripe_lineitem USING btree (subscription_item_id varchar_pattern_ops);
CREATE INDEX djstripe_mandate_djstripe_owner_account_id_63974808 ON djstripe_mandate USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_mandate_djstripe_owner_account_id_63974808_like ON djstripe_mandate USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_mandate_id_be49f4ea_like ON djstripe_mandate USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_mandate_payment_method_id_43a90a75 ON djstripe_mandate USING btree (payment_method_id);
CREATE INDEX djstripe_mandate_payment_method_id_43a90a75_like ON djstripe_mandate USING btree (payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentintent_customer_id_93ee54a2 ON djstripe_paymentintent USING btree (customer_id);
CREATE INDEX djstripe_paymentintent_customer_id_93ee54a2_like ON djstripe_paymentintent USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentintent_djstripe_owner_account_id_3433b556 ON djstripe_paymentintent USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_paymentintent_djstripe_owner_account_id_3433b556_like ON djstripe_paymentintent USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentintent_id_d5fea8c5_like ON djstripe_paymentintent USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_paymentintent_on_behalf_of_id_4db305db ON djstripe_paymentintent USING btree (on_behalf_of_id);
CREATE INDEX djstripe_paymentintent_on_behalf_of_id_4db305db_like ON djstripe_paymentintent USING btree (on_behalf_of_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentintent_payment_method_id_814dd02d ON djstripe_paymentintent USING btree (payment_method_id);
CREATE INDEX djstripe_paymentintent_payment_method_id_814dd02d_like ON djstripe_paymentintent USING btree (payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentmethod_customer_id_c482a8b6 ON djstripe_paymentmethod USING btree (customer_id);
CREATE INDEX djstripe_paymentmethod_customer_id_c482a8b6_like ON djstripe_paymentmethod USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentmethod_djstripe_owner_account_id_12af66c9 ON djstripe_paymentmethod USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_paymentmethod_djstripe_owner_account_id_12af66c9_like ON djstripe_paymentmethod USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_paymentmethod_id_0b9251df_like ON djstripe_paymentmethod USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_payout_balance_transaction_id_a9393fb6 ON djstripe_payout USING btree (balance_transaction_id);
CREATE INDEX djstripe_payout_balance_transaction_id_a9393fb6_like ON djstripe_payout USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_payout_destination_id_a5fa55c2 ON djstripe_payout USING btree (destination_id);
CREATE INDEX djstripe_payout_destination_id_a5fa55c2_like ON djstripe_payout USING btree (destination_id varchar_pattern_ops);
CREATE INDEX djstripe_payout_djstripe_owner_account_id_8aac4e8e ON djstripe_payout USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_payout_djstripe_owner_account_id_8aac4e8e_like ON djstripe_payout USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_payout_failure_balance_transaction_id_77d442db ON djstripe_payout USING btree (failure_balance_transaction_id);
CREATE INDEX djstripe_payout_failure_balance_transaction_id_77d442db_like ON djstripe_payout USING btree (failure_balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_payout_id_53408957_like ON djstripe_payout USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_price_djstripe_owner_account_id_01c819f7 ON djstripe_price USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_price_djstripe_owner_account_id_01c819f7_like ON djstripe_price USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_price_id_31290b55_like ON djstripe_price USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_price_product_id_9f3d37eb ON djstripe_price USING btree (product_id);
CREATE INDEX djstripe_price_product_id_9f3d37eb_like ON djstripe_price USING btree (product_id varchar_pattern_ops);
CREATE INDEX djstripe_product_djstripe_owner_account_id_6c90c2b6 ON djstripe_product USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_product_djstripe_owner_account_id_6c90c2b6_like ON djstripe_product USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_product_id_5b4bdbcb_like ON djstripe_product USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_productfeature_djstripe_owner_account_id_d507d3d1 ON djstripe_productfeature USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_productfeature_djstripe_owner_account_id_d507d3d1_like ON djstripe_productfeature USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_productfeature_entitlement_feature_id_6880bac7 ON djstripe_productfeature USING btree (entitlement_feature_id);
CREATE INDEX djstripe_productfeature_entitlement_feature_id_6880bac7_like ON djstripe_productfeature USING btree (entitlement_feature_id varchar_pattern_ops);
CREATE INDEX djstripe_productfeature_id_9a105172_like ON djstripe_productfeature USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_productfeature_product_id_b01ed73e ON djstripe_productfeature USING btree (product_id);
CREATE INDEX djstripe_productfeature_product_id_b01ed73e_like ON djstripe_productfeature USING btree (product_id varchar_pattern_ops);
CREATE INDEX djstripe_promotioncode_djstripe_owner_account_id_7997d59a ON djstripe_promotioncode USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_promotioncode_djstripe_owner_account_id_7997d59a_like ON djstripe_promotioncode USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_promotioncode_id_bdd69a36_like ON djstripe_promotioncode USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_refund_balance_transaction_id_dec480cf ON djstripe_refund USING btree (balance_transaction_id);
CREATE INDEX djstripe_refund_balance_transaction_id_dec480cf_like ON djstripe_refund USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_refund_charge_id_e7efd717 ON djstripe_refund USING btree (charge_id);
CREATE INDEX djstripe_refund_charge_id_e7efd717_like ON djstripe_refund USING btree (charge_id varchar_pattern_ops);
CREATE INDEX djstripe_refund_djstripe_owner_account_id_ece3ea81 ON djstripe_refund USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_refund_djstripe_owner_account_id_ece3ea81_like ON djstripe_refund USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_refund_failure_balance_transaction_id_817ae640 ON djstripe_refund USING btree (failure_balance_transaction_id);
CREATE INDEX djstripe_refund_failure_balance_transaction_id_817ae640_like ON djstripe_refund USING btree (failure_balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_refund_id_bcdf86d4_like ON djstripe_refund USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_review_djstripe_owner_account_id_543dfbd7 ON djstripe_review USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_review_djstripe_owner_account_id_543dfbd7_like ON djstripe_review USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_review_id_d2d8ebc8_like ON djstripe_review USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_scheduledqueryr_djstripe_owner_account_i_b5cc7091_like ON djstripe_scheduledqueryrun USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_scheduledqueryrun_djstripe_owner_account_id_b5cc7091 ON djstripe_scheduledqueryrun USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_scheduledqueryrun_file_id_707bbc03 ON djstripe_scheduledqueryrun USING btree (file_id);
CREATE INDEX djstripe_scheduledqueryrun_file_id_707bbc03_like ON djstripe_scheduledqueryrun USING btree (file_id varchar_pattern_ops);
CREATE INDEX djstripe_scheduledqueryrun_id_94f43855_like ON djstripe_scheduledqueryrun USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_session_customer_id_b4510dc3 ON djstripe_session USING btree (customer_id);
CREATE INDEX djstripe_session_customer_id_b4510dc3_like ON djstripe_session USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_session_djstripe_owner_account_id_8bbc07af ON djstripe_session USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_session_djstripe_owner_account_id_8bbc07af_like ON djstripe_session USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_session_id_44e9e22a_like ON djstripe_session USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_session_payment_intent_id_cae83ebf ON djstripe_session USING btree (payment_intent_id);
CREATE INDEX djstripe_session_payment_intent_id_cae83ebf_like ON djstripe_session USING btree (payment_intent_id varchar_pattern_ops);
CREATE INDEX djstripe_session_setup_intent_id_c884fe95 ON djstripe_session USING btree (setup_intent_id);
CREATE INDEX djstripe_session_setup_intent_id_c884fe95_like ON djstripe_session USING btree (setup_intent_id varchar_pattern_ops);
CREATE INDEX djstripe_session_subscription_id_29499760 ON djstripe_session USING btree (subscription_id);
CREATE INDEX djstripe_session_subscription_id_29499760_like ON djstripe_session USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_setupintent_customer_id_6ff5bbcc ON djstripe_setupintent USING btree (customer_id);
CREATE INDEX djstripe_setupintent_customer_id_6ff5bbcc_like ON djstripe_setupintent USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_setupintent_djstripe_owner_account_id_046c1671 ON djstripe_setupintent USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_setupintent_djstripe_owner_account_id_046c1671_like ON djstripe_setupintent USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_setupintent_id_42f3ad46_like ON djstripe_setupintent USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_setupintent_on_behalf_of_id_1ea4d941 ON djstripe_setupintent USING btree (on_behalf_of_id);
CREATE INDEX djstripe_setupintent_on_behalf_of_id_1ea4d941_like ON djstripe_setupintent USING btree (on_behalf_of_id varchar_pattern_ops);
CREATE INDEX djstripe_setupintent_payment_method_id_0ca17b5e ON djstripe_setupintent USING btree (payment_method_id);
CREATE INDEX djstripe_setupintent_payment_method_id_0ca17b5e_like ON djstripe_setupintent USING btree (payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_shippingrate_djstripe_owner_account_id_4f8a0f20 ON djstripe_shippingrate USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_shippingrate_djstripe_owner_account_id_4f8a0f20_like ON djstripe_shippingrate USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_shippingrate_id_5f536051_like ON djstripe_shippingrate USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_shippingrate_tax_code_id_8affacec ON djstripe_shippingrate USING btree (tax_code_id);
CREATE INDEX djstripe_shippingrate_tax_code_id_8affacec_like ON djstripe_shippingrate USING btree (tax_code_id varchar_pattern_ops);
CREATE INDEX djstripe_source_customer_id_4d678557 ON djstripe_source USING btree (customer_id);
CREATE INDEX djstripe_source_customer_id_4d678557_like ON djstripe_source USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_source_djstripe_owner_account_id_f99f1fe6 ON djstripe_source USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_source_djstripe_owner_account_id_f99f1fe6_like ON djstripe_source USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_source_id_a2bd4cd5_like ON djstripe_source USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_sourcetransacti_djstripe_owner_account_i_a8c9bdee_like ON djstripe_sourcetransaction USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_sourcetransaction_djstripe_owner_account_id_a8c9bdee ON djstripe_sourcetransaction USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_sourcetransaction_id_449f3638_like ON djstripe_sourcetransaction USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_sourcetransaction_source_id_3c972638 ON djstripe_sourcetransaction USING btree (source_id);
CREATE INDEX djstripe_sourcetransaction_source_id_3c972638_like ON djstripe_sourcetransaction USING btree (source_id varchar_pattern_ops);
CREATE INDEX djstripe_subscription_customer_id_aff64ee5 ON djstripe_subscription USING btree (customer_id);
CREATE INDEX djstripe_subscription_customer_id_aff64ee5_like ON djstripe_subscription USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_subscription_djstripe_owner_account_id_9d333296 ON djstripe_subscription USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_subscription_djstripe_owner_account_id_9d333296_like ON djstripe_subscription USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_subscription_id_230b4d6a_like ON djstripe_subscription USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionite_djstripe_owner_account_i_aafd9387_like ON djstripe_subscriptionitem USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionitem_djstripe_owner_account_id_aafd9387 ON djstripe_subscriptionitem USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_subscriptionitem_id_6f0d84b1_like ON djstripe_subscriptionitem USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionitem_price_id_c7f55fc3 ON djstripe_subscriptionitem USING btree (price_id);
CREATE INDEX djstripe_subscriptionitem_subscription_id_992d9919 ON djstripe_subscriptionitem USING btree (subscription_id);
CREATE INDEX djstripe_subscriptionitem_subscription_id_992d9919_like ON djstripe_subscriptionitem USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionsch_djstripe_owner_account_i_c7d8d9c4_like ON djstripe_subscriptionschedule USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionsched_djstripe_owner_account_id_c7d8d9c4 ON djstripe_subscriptionschedule USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_subscriptionschedule_customer_id_b124e27d ON djstripe_subscriptionschedule USING btree (customer_id);
CREATE INDEX djstripe_subscriptionschedule_id_7a8ae9dd_like ON djstripe_subscriptionschedule USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_subscriptionschedule_released_subscription_id_3de9daa1 ON djstripe_subscriptionschedule USING btree (released_subscription_id);
CREATE INDEX djstripe_subscriptionschedule_subscription_id_d12d014b ON djstripe_subscriptionschedule USING btree (subscription_id);
CREATE INDEX djstripe_taxcode_djstripe_owner_account_id_1f7fc204 ON djstripe_taxcode USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_taxcode_djstripe_owner_account_id_1f7fc204_like ON djstripe_taxcode USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_taxcode_id_ae6cca5b_like ON djstripe_taxcode USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_taxid_customer_id_e973248d ON djstripe_taxid USING btree (customer_id);
CREATE INDEX djstripe_taxid_customer_id_e973248d_like ON djstripe_taxid USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_taxid_djstripe_owner_account_id_acff63ae ON djstripe_taxid USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_taxid_djstripe_owner_account_id_acff63ae_like ON djstripe_taxid USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_taxid_id_1a055bd6_like ON djstripe_taxid USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_taxrate_djstripe_owner_account_id_d6421376 ON djstripe_taxrate USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_taxrate_djstripe_owner_account_id_d6421376_like ON djstripe_taxrate USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_taxrate_id_1bf83ed0_like ON djstripe_taxrate USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_transfer_balance_transaction_id_b5b00270 ON djstripe_transfer USING btree (balance_transaction_id);
CREATE INDEX djstripe_transfer_balance_transaction_id_b5b00270_like ON djstripe_transfer USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_transfer_djstripe_owner_account_id_78ad63fe ON djstripe_transfer USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_transfer_djstripe_owner_account_id_78ad63fe_like ON djstripe_transfer USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_transfer_id_529741b5_like ON djstripe_transfer USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_transferreversa_djstripe_owner_account_i_2e3051e1_like ON djstripe_transferreversal USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_transferreversal_balance_transaction_id_5044f084 ON djstripe_transferreversal USING btree (balance_transaction_id);
CREATE INDEX djstripe_transferreversal_balance_transaction_id_5044f084_like ON djstripe_transferreversal USING btree (balance_transaction_id varchar_pattern_ops);
CREATE INDEX djstripe_transferreversal_djstripe_owner_account_id_2e3051e1 ON djstripe_transferreversal USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_transferreversal_id_229d4d84_like ON djstripe_transferreversal USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_transferreversal_transfer_id_8f250dd3 ON djstripe_transferreversal USING btree (transfer_id);
CREATE INDEX djstripe_transferreversal_transfer_id_8f250dd3_like ON djstripe_transferreversal USING btree (transfer_id varchar_pattern_ops);
CREATE INDEX djstripe_upcominginvoice_customer_id_c94e7284 ON djstripe_upcominginvoice USING btree (customer_id);
CREATE INDEX djstripe_upcominginvoice_customer_id_c94e7284_like ON djstripe_upcominginvoice USING btree (customer_id varchar_pattern_ops);
CREATE INDEX djstripe_upcominginvoice_default_payment_method_i_31da058e_like ON djstripe_upcominginvoice USING btree (default_payment_method_id varchar_pattern_ops);
CREATE INDEX djstripe_upcominginvoice_default_payment_method_id_31da058e ON djstripe_upcominginvoice USING btree (default_payment_method_id);
CREATE INDEX djstripe_upcominginvoice_djstripe_owner_account_i_fac79479_like ON djstripe_upcominginvoice USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_upcominginvoice_djstripe_owner_account_id_fac79479 ON djstripe_upcominginvoice USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_upcominginvoice_subscription_id_72fb41e3 ON djstripe_upcominginvoice USING btree (subscription_id);
CREATE INDEX djstripe_upcominginvoice_subscription_id_72fb41e3_like ON djstripe_upcominginvoice USING btree (subscription_id varchar_pattern_ops);
CREATE INDEX djstripe_verificationrep_djstripe_owner_account_i_7a5869e4_like ON djstripe_verificationreport USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_verificationreport_djstripe_owner_account_id_7a5869e4 ON djstripe_verificationreport USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_verificationreport_id_540e2b29_like ON djstripe_verificationreport USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_verificationses_djstripe_owner_account_i_11bac9bf_like ON djstripe_verificationsession USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_verificationses_last_verification_report_192f6b6d_like ON djstripe_verificationsession USING btree (last_verification_report_id varchar_pattern_ops);
CREATE INDEX djstripe_verificationsessi_last_verification_report_i_192f6b6d ON djstripe_verificationsession USING btree (last_verification_report_id);
CREATE INDEX djstripe_verificationsession_djstripe_owner_account_id_11bac9bf ON djstripe_verificationsession USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_verificationsession_id_21591a2e_like ON djstripe_verificationsession USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_webhookendpoint_djstripe_owner_account_i_f1ac5c9d_like ON djstripe_webhookendpoint USING btree (djstripe_owner_account_id varchar_pattern_ops);
CREATE INDEX djstripe_webhookendpoint_djstripe_owner_account_id_f1ac5c9d ON djstripe_webhookendpoint USING btree (djstripe_owner_account_id);
CREATE INDEX djstripe_webhookendpoint_id_cf8ef4b0_like ON djstripe_webhookendpoint USING btree (id varchar_pattern_ops);
CREATE INDEX djstripe_webhookeventtri_stripe_trigger_account_i_06d35fda_like ON djstripe_webhookeventtrigger USING btree (stripe_trigger_account_id varchar_pattern_ops);
CREATE INDEX djstripe_webhookeventtrigger_event_id_b2e08de6 ON djstripe_webhookeventtrigger USING btree (event_id);
CREATE INDEX djstripe_webhookeventtrigger_event_id_b2e08de6_like ON djstripe_webhookeventtrigger USING btree (event_id varchar_pattern_ops);
CREATE INDEX djstripe_webhookeventtrigger_stripe_trigger_account_id_06d35fda ON djstripe_webhookeventtrigger USING btree (stripe_trigger_account_id);
CREATE INDEX djstripe_webhookeventtrigger_webhook_endpoint_id_6e762b2f ON djstripe_webhookeventtrigger USING btree (webhook_endpoint_id);
CREATE INDEX djstripe_webhookeventtrigger_webhook_endpoint_id_6e762b2f_like ON djstripe_webhookeventtrigger USING btree (webhook_endpoint_id varchar_pattern_ops);
-- End of the tables of other packages

-- Tables of other packages (migrations ab02628b8b802c9f, text b80d0150a50dd980)
ALTER TABLE ONLY djstripe_account
    ADD CONSTRAINT djstripe_account_djstripe_owner_accou_64558c8f_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_accountv2
    ADD CONSTRAINT djstripe_accountv2_djstripe_owner_accou_d9b27175_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_activeentitlement
    ADD CONSTRAINT djstripe_activeentit_djstripe_owner_accou_d4f2dd53_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_apikey
    ADD CONSTRAINT djstripe_apikey_djstripe_owner_accou_037f32cb_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_account_id_f50a2a15_fk_djstripe_ FOREIGN KEY (account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_balance_transaction__bc35b031_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_balance_transaction__ff735754_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_charge_id_8ba8ce37_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfee
    ADD CONSTRAINT djstripe_application_djstripe_owner_accou_07bb6a78_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_djstripe_owner_accou_7418f0b2_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_applicationfeerefund
    ADD CONSTRAINT djstripe_application_fee_id_8fabef2d_fk_djstripe_ FOREIGN KEY (fee_id) REFERENCES djstripe_applicationfee(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_balancetransaction
    ADD CONSTRAINT djstripe_balancetran_djstripe_owner_accou_868dfd07_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_account_id_5434506d_fk_djstripe_account_id FOREIGN KEY (account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_bankaccount
    ADD CONSTRAINT djstripe_bankaccount_djstripe_owner_accou_7c978af8_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_card
    ADD CONSTRAINT djstripe_card_account_id_ef99457f_fk_djstripe_account_id FOREIGN KEY (account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_card
    ADD CONSTRAINT djstripe_card_djstripe_owner_accou_1a2f42f2_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_balance_transaction__2eac625e_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_customer_id_fb15eb2b_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_djstripe_owner_accou_5664eb74_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_invoice_id_bb36cca4_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_payment_intent_id_e2c03053_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_payment_method_id_061d5812_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_charge
    ADD CONSTRAINT djstripe_charge_source_id_2502db60_fk_djstripe_ FOREIGN KEY (source_id) REFERENCES djstripe_djstripepaymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_coupon
    ADD CONSTRAINT djstripe_coupon_djstripe_owner_accou_ea85f74e_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_customer
    ADD CONSTRAINT djstripe_customer_default_payment_meth_00268b63_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_customer
    ADD CONSTRAINT djstripe_customer_djstripe_owner_accou_2c5ac18d_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_customer
    ADD CONSTRAINT djstripe_customer_subscriber_id_60f5c7bc_fk_users_id FOREIGN KEY (subscriber_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_customer_id_eaab7ecc_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_djstripe_owner_accou_76f33de0_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_invoice_id_4acd89bf_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_discount
    ADD CONSTRAINT djstripe_discount_subscription_id_c9b8f55a_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_balance_transaction__aa7cb920_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_charge_id_ba680941_fk_djstripe_charge_id FOREIGN KEY (charge_id) REFERENCES djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_djstripe_owner_accou_8010e2d7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_dispute
    ADD CONSTRAINT djstripe_dispute_payment_intent_id_dc834ee4_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinv_invoice_id_541494fb_fk_djstripe_ FOREIGN KEY (invoice_id) REFERENCES djstripe_invoice(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinv_invoiceitem_id_ddc00567_fk_djstripe_ FOREIGN KEY (invoiceitem_id) REFERENCES djstripe_invoiceitem(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripeinvoiceitemtaxrate
    ADD CONSTRAINT djstripe_djstripeinv_taxrate_id_bd22e20a_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripeinvoicedefaulttaxrate
    ADD CONSTRAINT djstripe_djstripeinv_taxrate_id_fd618ddd_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesub_subscriptionitem_id_04bcb65f_fk_djstripe_ FOREIGN KEY (subscriptionitem_id) REFERENCES djstripe_subscriptionitem(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_djstripesubscriptionitemtaxrate
    ADD CONSTRAINT djstripe_djstripesub_taxrate_id_01b3bd7f_fk_djstripe_ FOREIGN KEY (taxrate_id) REFERENCES djstripe_taxrate(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_earlyfraudwarning
    ADD CONSTRAINT djstripe_earlyfraudw_djstripe_owner_accou_83708c78_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_event
    ADD CONSTRAINT djstripe_event_djstripe_owner_accou_622cdfe3_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_feature
    ADD CONSTRAINT djstripe_feature_djstripe_owner_accou_c571a7da_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_file
    ADD CONSTRAINT djstripe_file_djstripe_owner_accou_4919c058_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_djstripe_owner_accou_bb039aa3_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_filelink
    ADD CONSTRAINT djstripe_filelink_file_id_5241d36f_fk_djstripe_file_id FOREIGN KEY (file_id) REFERENCES djstripe_file(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_charge_id_1e660b26_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES djstripe_charge(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_customer_id_c0cd871c_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_default_payment_meth_670990d5_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_djstripe_owner_accou_cc0c7f79_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_payment_intent_id_280d90d8_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES djstripe_paymentintent(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoice
    ADD CONSTRAINT djstripe_invoice_subscription_id_2dbc2461_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_customer_id_259466b8_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_djstripe_owner_accou_9afac289_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_invoice_id_d302912e_fk_djstripe_invoice_id FOREIGN KEY (invoice_id) REFERENCES djstripe_invoice(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_price_id_24d80db8_fk_djstripe_ FOREIGN KEY (price_id) REFERENCES djstripe_price(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_invoiceitem
    ADD CONSTRAINT djstripe_invoiceitem_subscription_id_a7760178_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_issuing_authorization
    ADD CONSTRAINT djstripe_issuing_aut_djstripe_owner_accou_a5d3464b_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_issuing_card
    ADD CONSTRAINT djstripe_issuing_car_djstripe_owner_accou_0bdfc97c_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_issuing_cardholder
    ADD CONSTRAINT djstripe_issuing_car_djstripe_owner_accou_fa7389b4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_issuing_dispute
    ADD CONSTRAINT djstripe_issuing_dis_djstripe_owner_accou_388b366f_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_issuing_transaction
    ADD CONSTRAINT djstripe_issuing_tra_djstripe_owner_accou_dfdd0ee5_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_djstripe_owner_accou_94fe816a_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_invoice_item_id_673833e2_fk_djstripe_ FOREIGN KEY (invoice_item_id) REFERENCES djstripe_invoiceitem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_subscription_id_7d83979b_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_lineitem
    ADD CONSTRAINT djstripe_lineitem_subscription_item_id_6e53d0a7_fk_djstripe_ FOREIGN KEY (subscription_item_id) REFERENCES djstripe_subscriptionitem(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_djstripe_owner_accou_63974808_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_mandate
    ADD CONSTRAINT djstripe_mandate_payment_method_id_43a90a75_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_customer_id_93ee54a2_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_djstripe_owner_accou_3433b556_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_on_behalf_of_id_4db305db_fk_djstripe_ FOREIGN KEY (on_behalf_of_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentintent
    ADD CONSTRAINT djstripe_paymentinte_payment_method_id_814dd02d_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmeth_customer_id_c482a8b6_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_paymentmethod
    ADD CONSTRAINT djstripe_paymentmeth_djstripe_owner_accou_12af66c9_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_balance_transaction__a9393fb6_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_destination_id_a5fa55c2_fk_djstripe_ FOREIGN KEY (destination_id) REFERENCES djstripe_bankaccount(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_djstripe_owner_accou_8aac4e8e_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_failure_balance_tran_77d442db_fk_djstripe_ FOREIGN KEY (failure_balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_original_payout_id_e99fb157_fk_djstripe_ FOREIGN KEY (original_payout_id) REFERENCES djstripe_payout(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_payout
    ADD CONSTRAINT djstripe_payout_reversed_by_id_f12b125d_fk_djstripe_ FOREIGN KEY (reversed_by_id) REFERENCES djstripe_payout(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_price
    ADD CONSTRAINT djstripe_price_djstripe_owner_accou_01c819f7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_price
    ADD CONSTRAINT djstripe_price_product_id_9f3d37eb_fk_djstripe_product_id FOREIGN KEY (product_id) REFERENCES djstripe_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_product
    ADD CONSTRAINT djstripe_product_djstripe_owner_accou_6c90c2b6_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_djstripe_owner_accou_d507d3d1_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_entitlement_feature__6880bac7_fk_djstripe_ FOREIGN KEY (entitlement_feature_id) REFERENCES djstripe_feature(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_productfeature
    ADD CONSTRAINT djstripe_productfeat_product_id_b01ed73e_fk_djstripe_ FOREIGN KEY (product_id) REFERENCES djstripe_product(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_promotioncode
    ADD CONSTRAINT djstripe_promotionco_djstripe_owner_accou_7997d59a_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_balance_transaction__dec480cf_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_charge_id_e7efd717_fk_djstripe_charge_id FOREIGN KEY (charge_id) REFERENCES djstripe_charge(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_djstripe_owner_accou_ece3ea81_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_refund
    ADD CONSTRAINT djstripe_refund_failure_balance_tran_817ae640_fk_djstripe_ FOREIGN KEY (failure_balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_review
    ADD CONSTRAINT djstripe_review_djstripe_owner_accou_543dfbd7_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqu_djstripe_owner_accou_b5cc7091_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_scheduledqueryrun
    ADD CONSTRAINT djstripe_scheduledqueryrun_file_id_707bbc03_fk_djstripe_file_id FOREIGN KEY (file_id) REFERENCES djstripe_file(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_customer_id_b4510dc3_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_djstripe_owner_accou_8bbc07af_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_payment_intent_id_cae83ebf_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES djstripe_paymentintent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_setup_intent_id_c884fe95_fk_djstripe_ FOREIGN KEY (setup_intent_id) REFERENCES djstripe_setupintent(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_session
    ADD CONSTRAINT djstripe_session_subscription_id_29499760_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_customer_id_6ff5bbcc_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_djstripe_owner_accou_046c1671_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_on_behalf_of_id_1ea4d941_fk_djstripe_ FOREIGN KEY (on_behalf_of_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_setupintent
    ADD CONSTRAINT djstripe_setupintent_payment_method_id_0ca17b5e_fk_djstripe_ FOREIGN KEY (payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrat_djstripe_owner_accou_4f8a0f20_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_shippingrate
    ADD CONSTRAINT djstripe_shippingrat_tax_code_id_8affacec_fk_djstripe_ FOREIGN KEY (tax_code_id) REFERENCES djstripe_taxcode(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_source
    ADD CONSTRAINT djstripe_source_customer_id_4d678557_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_source
    ADD CONSTRAINT djstripe_source_djstripe_owner_accou_f99f1fe6_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetrans_djstripe_owner_accou_a8c9bdee_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_sourcetransaction
    ADD CONSTRAINT djstripe_sourcetrans_source_id_3c972638_fk_djstripe_ FOREIGN KEY (source_id) REFERENCES djstripe_source(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscription
    ADD CONSTRAINT djstripe_subscriptio_customer_id_aff64ee5_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_customer_id_b124e27d_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscription
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_9d333296_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_aafd9387_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_djstripe_owner_accou_c7d8d9c4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_price_id_c7f55fc3_fk_djstripe_ FOREIGN KEY (price_id) REFERENCES djstripe_price(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_released_subscriptio_3de9daa1_fk_djstripe_ FOREIGN KEY (released_subscription_id) REFERENCES djstripe_subscription(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionitem
    ADD CONSTRAINT djstripe_subscriptio_subscription_id_992d9919_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_subscriptionschedule
    ADD CONSTRAINT djstripe_subscriptio_subscription_id_d12d014b_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_taxcode
    ADD CONSTRAINT djstripe_taxcode_djstripe_owner_accou_1f7fc204_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_customer_id_e973248d_fk_djstripe_customer_id FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_taxid
    ADD CONSTRAINT djstripe_taxid_djstripe_owner_accou_acff63ae_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_taxrate
    ADD CONSTRAINT djstripe_taxrate_djstripe_owner_accou_d6421376_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_balance_transaction__b5b00270_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_transfer
    ADD CONSTRAINT djstripe_transfer_djstripe_owner_accou_78ad63fe_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_balance_transaction__5044f084_fk_djstripe_ FOREIGN KEY (balance_transaction_id) REFERENCES djstripe_balancetransaction(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_djstripe_owner_accou_2e3051e1_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_transferreversal
    ADD CONSTRAINT djstripe_transferrev_transfer_id_8f250dd3_fk_djstripe_ FOREIGN KEY (transfer_id) REFERENCES djstripe_transfer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_charge_id_65b60495_fk_djstripe_ FOREIGN KEY (charge_id) REFERENCES djstripe_charge(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_customer_id_c94e7284_fk_djstripe_ FOREIGN KEY (customer_id) REFERENCES djstripe_customer(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_default_payment_meth_31da058e_fk_djstripe_ FOREIGN KEY (default_payment_method_id) REFERENCES djstripe_paymentmethod(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_djstripe_owner_accou_fac79479_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_payment_intent_id_ff12d414_fk_djstripe_ FOREIGN KEY (payment_intent_id) REFERENCES djstripe_paymentintent(djstripe_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_upcominginvoice
    ADD CONSTRAINT djstripe_upcominginv_subscription_id_72fb41e3_fk_djstripe_ FOREIGN KEY (subscription_id) REFERENCES djstripe_subscription(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificatio_djstripe_owner_accou_11bac9bf_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_verificationreport
    ADD CONSTRAINT djstripe_verificatio_djstripe_owner_accou_7a5869e4_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_verificationsession
    ADD CONSTRAINT djstripe_verificatio_last_verification_re_192f6b6d_fk_djstripe_ FOREIGN KEY (last_verification_report_id) REFERENCES djstripe_verificationreport(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_webhookendpoint
    ADD CONSTRAINT djstripe_webhookendp_djstripe_owner_accou_f1ac5c9d_fk_djstripe_ FOREIGN KEY (djstripe_owner_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_event_id_b2e08de6_fk_djstripe_ FOREIGN KEY (event_id) REFERENCES djstripe_event(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_stripe_trigger_accou_06d35fda_fk_djstripe_ FOREIGN KEY (stripe_trigger_account_id) REFERENCES djstripe_account(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY djstripe_webhookeventtrigger
    ADD CONSTRAINT djstripe_webhookeven_webhook_endpoint_id_6e762b2f_fk_djstripe_ FOREIGN KEY (webhook_endpoint_id) REFERENCES djstripe_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;
-- End of the tables of other packages

INSERT INTO django_migrations (app, name, applied) VALUES
    ('djstripe', '0001_initial', now()),
    ('djstripe', '0002_2_10', now()),
    ('djstripe', '0003_2_11', now()),
    ('billing', '008_stripe_integration', now());

-- Supabase's Data API speaks for the roles anon and authenticated: they get nothing in this schema.
-- Row level security refuses their rows, and what is granted to them or to everybody (PUBLIC) is revoked, which
-- includes what older projects grant by default. What belongs to another owner or to an extension is left alone:
-- `manage.py check_rls` names it.
DO $lockdown$
DECLARE
    here CONSTANT regnamespace := quote_ident(current_schema());
    item record;
BEGIN
    FOR item IN
        SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = here AND relkind IN ('r', 'p') AND NOT relrowsecurity AND pg_has_role(relowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', item.name);
    END LOOP;
    FOR item IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = here AND prokind IN ('f', 'p') AND pg_has_role(proowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('ALTER ROUTINE %s SET search_path = %I, pg_temp', item.name, current_schema());
    END LOOP;
    FOR item IN
        WITH granted AS (
            SELECT tableoid, oid, oid::regclass::text AS name, relowner AS owner, relacl AS acl,
                CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
            FROM pg_class WHERE relnamespace = here AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL -- columns, which go with their table
            SELECT pg_class.tableoid, pg_class.oid, attrelid::regclass::text, relowner, attacl, 'TABLE'
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = here
            UNION ALL
            SELECT tableoid, oid, oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)), 'ROUTINE'
            FROM pg_proc WHERE pronamespace = here
        )
        SELECT DISTINCT kind, name, coalesce(rolname, 'public') AS grantee
        FROM granted CROSS JOIN aclexplode(acl) LEFT JOIN pg_roles ON pg_roles.oid = grantee
        WHERE (grantee = 0 OR rolname IN ('anon', 'authenticated')) AND pg_has_role(owner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = granted.tableoid AND objid = granted.oid AND deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON %s %s FROM %I CASCADE', item.kind, item.name, item.grantee);
    END LOOP;
    FOR item IN
        SELECT kind, grantee FROM unnest(ARRAY['TABLES', 'SEQUENCES', 'ROUTINES']) AS kind CROSS JOIN (
            SELECT 'public' AS grantee UNION ALL SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
        ) AS grantees
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON %s FROM %I', current_schema(), item.kind, item.grantee);
    END LOOP;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; -- in every schema: Postgres knows no other way
END
$lockdown$;

COMMIT;
