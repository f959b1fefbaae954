#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// One line of the settings as it stands now, and what a tap does.
@interface SettingsRow : NSObject

@property(nonatomic, readonly, copy) NSString* title;
@property(nonatomic, readonly, copy) NSString* value;
@property(nonatomic, copy, nullable) void (^action)(void);
// A switch, where the line has one.
@property(nonatomic, nullable) UIView* accessory;

+ (instancetype)rowWithTitle:(NSString*)title value:(NSString*)value;

@end

NS_ASSUME_NONNULL_END
