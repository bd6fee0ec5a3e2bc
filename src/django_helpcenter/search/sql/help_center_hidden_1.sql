-- The published articles of a tenant that are out of their time, NULL when there are none.
CREATE FUNCTION help_center_hidden_1(
    asked_tenant help_center_helparticle.tenant_id%TYPE,
    asked_at timestamptz
) RETURNS bigint[]
LANGUAGE plpgsql
STABLE
SET plan_cache_mode = force_generic_plan
AS $function$
BEGIN
    RETURN (
        SELECT array_agg(a.id) FROM help_center_helparticle a
        WHERE a.tenant_id = asked_tenant AND a.status = 'PUBLISHED'
          AND (a.publish_at IS NOT NULL OR a.expire_at IS NOT NULL)
          AND (a.publish_at > asked_at OR a.expire_at <= asked_at)
    );
END
$function$;
