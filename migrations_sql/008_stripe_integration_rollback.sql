-- Rolls 008_stripe_integration back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['djstripe.0001_initial', 'djstripe.0002_2_10', 'djstripe.0003_2_11', 'billing.008_stripe_integration'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '008_stripe_integration is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '008_stripe_integration' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 008_stripe_integration. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP TABLE
    djstripe_account,
    djstripe_accountv2,
    djstripe_activeentitlement,
    djstripe_apikey,
    djstripe_applicationfee,
    djstripe_applicationfeerefund,
    djstripe_balancetransaction,
    djstripe_bankaccount,
    djstripe_card,
    djstripe_charge,
    djstripe_countryspec,
    djstripe_coupon,
    djstripe_customer,
    djstripe_discount,
    djstripe_dispute,
    djstripe_djstripeinvoicedefaulttaxrate,
    djstripe_djstripeinvoiceitemtaxrate,
    djstripe_djstripepaymentmethod,
    djstripe_djstripesubscriptionitemtaxrate,
    djstripe_earlyfraudwarning,
    djstripe_event,
    djstripe_feature,
    djstripe_file,
    djstripe_filelink,
    djstripe_idempotencykey,
    djstripe_invoice,
    djstripe_invoiceitem,
    djstripe_issuing_authorization,
    djstripe_issuing_card,
    djstripe_issuing_cardholder,
    djstripe_issuing_dispute,
    djstripe_issuing_transaction,
    djstripe_lineitem,
    djstripe_mandate,
    djstripe_paymentintent,
    djstripe_paymentmethod,
    djstripe_payout,
    djstripe_price,
    djstripe_product,
    djstripe_productfeature,
    djstripe_promotioncode,
    djstripe_refund,
    djstripe_review,
    djstripe_scheduledqueryrun,
    djstripe_session,
    djstripe_setupintent,
    djstripe_shippingrate,
    djstripe_source,
    djstripe_sourcetransaction,
    djstripe_subscription,
    djstripe_subscriptionitem,
    djstripe_subscriptionschedule,
    djstripe_taxcode,
    djstripe_taxid,
    djstripe_taxrate,
    djstripe_transfer,
    djstripe_transferreversal,
    djstripe_upcominginvoice,
    djstripe_verificationreport,
    djstripe_verificationsession,
    djstripe_webhookendpoint,
    djstripe_webhookeventtrigger
CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('djstripe', '0001_initial'),
    ('djstripe', '0002_2_10'),
    ('djstripe', '0003_2_11'),
    ('billing', '008_stripe_integration')
);

COMMIT;
