#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// A full screen that says what is going on: a headline, a text that can be
// selected and copied, and a button where something can be done about it.
@interface MessageView : UIView

- (void)showHeadline:(NSString*)headline
              detail:(nullable NSString*)detail
         buttonTitle:(nullable NSString*)buttonTitle
              action:(nullable void (^)(void))action;

@end

NS_ASSUME_NONNULL_END
